/** What all cards have in common: the data of a factory, its states, the clock, and the frame. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { CardConfig } from "../cards";
import type { Hass } from "../hass";
import { type Key, localize } from "../i18n";
import { isStale, listen, type State } from "./feed";
import { type Format, formatOf } from "./format";
import { palette } from "./palette";
import { type View, viewOf } from "./view";

const MINUTE = 60_000;

export abstract class FactoryCard<Config extends CardConfig = CardConfig> extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @property({ attribute: false }) config?: Config;
  @property({ attribute: false }) preview = false;
  /** Unix milliseconds, to the minute. */
  @state() protected now = Date.now();
  @state() private feed?: State;
  #stop: (() => void) | undefined;
  #listensTo: string | undefined;
  #clock: ReturnType<typeof setTimeout> | undefined;
  #isLate = false;

  /** Draw what there is. */
  protected abstract content(view: View, format: Format): TemplateResult;

  /** The heading, unless the config has one. */
  protected abstract readonly heading: Key;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#seen);
    this.#tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#seen);
    clearTimeout(this.#clock);
    this.#leave();
  }

  /** The text in the language of the user. */
  text(key: Key, values?: Record<string, string | number>): string {
    return localize(this.hass?.language ?? "en", key, values);
  }

  /** What the integration calls the state of one of its sensors, and its attributes. */
  stateText(sensor: string, value: string, attribute?: string): string {
    const path = attribute ? `state_attributes.${attribute}.state` : "state";
    const key = `component.chocolate_factory.entity.sensor.${sensor}.${path}.${value}`;
    return this.hass?.localize(key) || value;
  }

  /** What the integration calls one of its sensors, or an attribute of it. */
  nameText(sensor: string, attribute?: string): string {
    const path = attribute ? `${sensor}.state_attributes.${attribute}` : sensor;
    return this.hass?.localize(`component.chocolate_factory.entity.sensor.${path}.name`) || sensor;
  }

  reasonText(key: string): string {
    return this.stateText("production_recommendation", key, "reasons");
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    // Nobody looks: what came meanwhile is drawn once when somebody does.
    if (document.hidden && this.hasUpdated) {
      this.#isLate = true;
      return false;
    }
    // Home Assistant hands over a new object at every change of any entity.
    return !(changed.size === 1 && changed.has("hass") && this.#isAlike(changed.get("hass")));
  }

  protected override willUpdate(): void {
    this.toggleAttribute("dark", this.#isDark());
    this.lang = this.hass?.language ?? "en";
    const factory = this.config?.factory ?? "";
    if (this.isConnected && this.hass && this.#listensTo !== factory) {
      this.#leave();
      this.#listensTo = factory;
      this.#stop = listen(this.hass.connection, factory || undefined, (feed) => {
        this.feed = feed;
      });
    }
    this.ariaBusy = this.feed?.message || this.feed?.hasFailed ? null : "true";
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.config) return nothing;
    const title = this.config.title ?? this.text(this.heading);
    return html`<ha-card>
      <div class="heading">
        <h2>${title}</h2>
        ${this.#note()}
      </div>
      ${this.#body()}
    </ha-card>`;
  }

  #body(): TemplateResult {
    const { feed, hass } = this;
    const data = feed?.message?.dashboard;
    if (hass && data) {
      return html`<div class="content">
        ${this.content(viewOf(data), formatOf(hass, data.zone))}
      </div>`;
    }
    if (feed?.message) {
      const { factories } = feed.message;
      const wanted = this.config?.factory;
      if (!factories.length) return this.#empty("state.no_factory");
      const isThere = !wanted || factories.some(({ id }) => id === wanted);
      return this.#empty(isThere ? "state.not_loaded" : "state.gone");
    }
    if (feed?.hasFailed) return this.#empty("state.failed");
    return html`<div class="skeleton" role="status" aria-label=${this.text("state.loading")}></div>`;
  }

  #empty(key: Key): TemplateResult {
    return html`<div class="empty" role="status">
      <ha-icon icon="mdi:candy-off-outline" aria-hidden="true"></ha-icon>
      <p>${this.text(key)}</p>
    </div>`;
  }

  /** Say that what is shown is old. */
  #note(): TemplateResult | typeof nothing {
    const data = this.feed?.message?.dashboard;
    if (!data || !this.hass) return nothing;
    const isOld = isStale(data, this.now);
    if (this.feed?.isConnected && !isOld) return nothing;
    const since = formatOf(this.hass, data.zone).dateTime(data.updated);
    const key = isOld ? "state.stale" : "state.disconnected";
    return html`<span class="note" role="status">
      <ha-icon icon="mdi:cloud-off-outline" aria-hidden="true"></ha-icon>
      ${this.text(key, { since })}
    </span>`;
  }

  #isAlike(before: Hass | undefined): boolean {
    const { hass } = this;
    return (
      before !== undefined &&
      before.connection === hass?.connection &&
      before.locale === hass.locale &&
      before.language === hass.language &&
      before.localize === hass.localize &&
      before.user === hass.user &&
      before.themes === hass.themes
    );
  }

  /** There are dark themes that do not say so, but none whose text is dark. */
  #isDark(): boolean {
    const rgb = /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(this).color);
    if (!rgb) return Boolean(this.hass?.themes.darkMode);
    const [red = 0, green = 0, blue = 0] = rgb.slice(1).map(Number);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128;
  }

  #leave(): void {
    this.#stop?.();
    this.#stop = this.#listensTo = undefined;
  }

  /** Follow the clock, but only while somebody looks. */
  #tick(): void {
    clearTimeout(this.#clock);
    if (document.hidden) return;
    this.now = Date.now();
    this.#clock = setTimeout(() => this.#tick(), MINUTE - (this.now % MINUTE));
    if (this.#listensTo === undefined) this.requestUpdate("config");
  }

  readonly #seen = (): void => {
    if (document.hidden) return;
    this.#tick();
    if (this.#isLate) {
      this.#isLate = false;
      // By a name, or it would be lost when a new `hass` comes at the same time.
      this.requestUpdate("feed");
    }
  };

  static override styles = [
    palette,
    css`
      :host {
        display: block;
        height: 100%;
        color: var(--cf-text);
      }
      ha-card {
        display: flex;
        flex-direction: column;
        box-sizing: border-box;
        height: 100%;
        padding: 16px;
        color: inherit;
        font-family: var(--ha-font-family-body, Roboto, sans-serif);
        font-size: var(--ha-font-size-m, 14px);
        line-height: 1.4;
        container-type: inline-size;
      }
      .heading {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 4px 12px;
        margin-bottom: 12px;
      }
      h2 {
        margin: 0;
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .note {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--cf-faint);
        font-size: 12px;
        --mdc-icon-size: 16px;
      }
      .content {
        display: flex;
        flex-direction: column;
        flex: 1;
        min-height: 0;
      }
      ha-card:has(> .skeleton) {
        min-height: var(--cf-place, 0);
        transition: none;
      }
      .skeleton {
        flex: 1;
        min-height: 160px;
        border-radius: 8px;
        background: var(--cf-grid);
        opacity: 0.5;
      }
      .empty {
        flex: 1;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 8px;
        min-height: 160px;
        color: var(--cf-faint);
        text-align: center;
        --mdc-icon-size: 40px;
      }
      .empty p {
        margin: 0;
      }
      .visually-hidden {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
      }
    `,
  ];
}
