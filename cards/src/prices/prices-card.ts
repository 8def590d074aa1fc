import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { PricesCardConfig } from "../cards";
import type { Hass } from "../hass";
import { localize } from "../i18n";

@customElement("chocolate-factory-prices-card-content")
export class PricesCard extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @property({ attribute: false }) config?: PricesCardConfig;
  @property({ type: Boolean }) preview = false;

  protected override render() {
    if (!this.hass || !this.config) return nothing;
    const title = this.config.title ?? localize(this.hass.language, "prices.title");
    return html`<ha-card .header=${title}></ha-card>`;
  }
}
