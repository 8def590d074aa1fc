import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { HealthCardConfig } from "../cards";
import type { Hass } from "../hass";
import { localize } from "../i18n";

@customElement("chocolate-factory-health-card-content")
export class HealthCard extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @property({ attribute: false }) config?: HealthCardConfig;
  @property({ type: Boolean }) preview = false;

  protected override render() {
    if (!this.hass || !this.config) return nothing;
    const title = this.config.title ?? localize(this.hass.language, "health.title");
    return html`<ha-card .header=${title}></ha-card>`;
  }
}
