import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Hass } from "../hass";
import { localize } from "../i18n";

@customElement("chocolate-factory-panel-content")
export class Panel extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @property({ type: Boolean }) narrow = false;

  protected override render() {
    if (!this.hass) return nothing;
    return html`<h1>${localize(this.hass.language, "panel.title")}</h1>`;
  }
}
