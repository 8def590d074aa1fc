import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { NowCardConfig } from "../cards";
import type { Hass } from "../hass";
import { localize } from "../i18n";

@customElement("chocolate-factory-now-card-content")
export class NowCard extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @property({ attribute: false }) config?: NowCardConfig;
  @property({ type: Boolean }) preview = false;

  protected override render() {
    if (!this.hass || !this.config) return nothing;
    const title = this.config.title ?? localize(this.hass.language, "now.title");
    return html`<ha-card .header=${title}></ha-card>`;
  }
}
