import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ComfortCardConfig } from "../cards";
import type { Hass } from "../hass";
import { localize } from "../i18n";

@customElement("chocolate-factory-comfort-card-content")
export class ComfortCard extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @property({ attribute: false }) config?: ComfortCardConfig;
  @property({ type: Boolean }) preview = false;

  protected override render() {
    if (!this.hass || !this.config) return nothing;
    const title = this.config.title ?? localize(this.hass.language, "comfort.title");
    return html`<ha-card .header=${title}></ha-card>`;
  }
}
