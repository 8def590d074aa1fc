import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { CardKey } from "../cards";
import { listen, type State } from "../core/feed";
import type { Hass } from "../hass";
import { type Key, localize } from "../i18n";
import type { Factory } from "./factories";
import { hasDashboard, navigate, openDashboard } from "./own-dashboard";
import { tag } from "./tag";

/** Where the browser remembers which factory was looked at last. */
const REMEMBERED = "chocolate-factory-panel";
const INTEGRATION = "/config/integrations/integration/chocolate_factory";

const COLUMNS: readonly (readonly CardKey[])[] = [
  ["now", "prices"],
  ["week"],
  ["comfort", "health"],
];

type Card = HTMLElement & { hass?: Hass; setConfig(config: Record<string, unknown>): void };

@customElement("chocolate-factory-panel-content")
export class Panel extends LitElement {
  @property({ attribute: false }) hass?: Hass;
  @property({ type: Boolean, reflect: true }) narrow = false;
  @state() private feed?: State;
  @state() private wanted = remembered();
  @state() private isAdding = false;
  @state() private failure = "";
  /** As they were last told of: they are still there while another one is fetched. */
  @state() private factories: readonly Factory[] = [];
  readonly #cards = new Map<CardKey, Card>();
  #shown: string | undefined;
  #stop: (() => void) | undefined;
  #listensTo: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = undefined;
  }

  protected override willUpdate(): void {
    if (!this.hass || !this.isConnected) return;
    this.lang = this.hass.language;
    this.#follow();
    // One that is no more cannot be looked at.
    if (this.feed?.message && this.wanted && !this.#has(this.wanted)) {
      this.#choose(undefined);
      this.#follow();
    }
    for (const card of this.#cards.values()) card.hass = this.hass;
  }

  #follow(): void {
    if (this.#stop && this.#listensTo === this.wanted) return;
    this.#stop?.();
    this.#listensTo = this.wanted;
    this.#stop = listen((this.hass as Hass).connection, this.wanted, (feed) => {
      this.feed = feed;
      this.factories = feed.message?.factories ?? this.factories;
    });
  }

  #has(factory: string): boolean {
    return this.factories.some(({ id }) => id === factory);
  }

  #text(key: Key): string {
    return localize(this.hass?.language ?? "en", key);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.hass) return nothing;
    const isEmpty = this.feed?.message && !this.factories.length;
    const add = hasDashboard(this.hass) ? "panel.open" : "panel.add";
    return html`
      <header>
        ${this.#menu()}
        <h1 class=${this.factories.length > 1 ? "given-way" : ""}>${this.#text("panel.title")}</h1>
        ${this.#selector()}
        ${
          this.hass.user?.is_admin && !isEmpty
            ? html`<button
                type="button"
                class="add"
                ?disabled=${this.isAdding}
                aria-label=${this.#text(add)}
                title=${this.#text("panel.add_help")}
                @click=${this.#add}
              >
                <ha-icon icon="mdi:view-dashboard-outline" aria-hidden="true"></ha-icon>
                <span>${this.#text(add)}</span>
              </button>`
            : nothing
        }
      </header>
      <main>
        <p class="failure" role="alert" ?hidden=${!this.failure}>${this.failure}</p>
        ${isEmpty ? this.#empty() : this.#grid()}
      </main>
    `;
  }

  #menu(): TemplateResult {
    if (customElements.get("ha-menu-button")) {
      return html`<ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>`;
    }
    return this.narrow
      ? html`<button
          type="button"
          aria-label=${this.#text("panel.menu")}
          @click=${() =>
            this.dispatchEvent(new Event("hass-toggle-menu", { bubbles: true, composed: true }))}
        >
          <ha-icon icon="mdi:menu" aria-hidden="true"></ha-icon>
        </button>`
      : html`<span class="indent"></span>`;
  }

  #selector(): TemplateResult | typeof nothing {
    if (this.factories.length < 2) return nothing;
    const shown = this.wanted ?? this.factories[0]?.id;
    return html`<select
      aria-label=${this.#text("panel.choose")}
      @change=${({ target }: Event) => this.#choose((target as HTMLSelectElement).value)}
    >
      ${this.factories.map(
        ({ id, title }) => html`<option value=${id} ?selected=${id === shown}>${title}</option>`,
      )}
    </select>`;
  }

  #grid(): TemplateResult {
    return html`<div class="columns">
      ${COLUMNS.map((keys) => html`<div>${keys.map((key) => this.#card(key))}</div>`)}
    </div>`;
  }

  #card(key: CardKey): Card {
    let card = this.#cards.get(key);
    if (!card || this.#shown !== this.wanted) {
      if (this.#shown !== this.wanted) this.#cards.clear();
      this.#shown = this.wanted;
      card = Object.assign(document.createElement(tag(key)) as Card, { className: key });
      card.setConfig({
        type: `custom:${tag(key)}`,
        ...(this.wanted === undefined ? {} : { factory: this.wanted }),
      });
      this.#cards.set(key, card);
    }
    card.hass = this.hass;
    return card;
  }

  #empty(): TemplateResult {
    return html`<div class="empty">
      <ha-icon icon="mdi:candy-outline" aria-hidden="true"></ha-icon>
      <h2>${this.#text("panel.empty")}</h2>
      ${
        this.hass?.user?.is_admin
          ? html`<p>${this.#text("panel.empty_admin")}</p>
              <a
                href=${INTEGRATION}
                @click=${(event: MouseEvent) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  navigate(INTEGRATION);
                }}
                >${this.#text("panel.set_up")}</a
              >`
          : html`<p>${this.#text("panel.empty_reader")}</p>`
      }
    </div>`;
  }

  #choose(factory: string | undefined): void {
    this.wanted = factory;
    if (factory) localStorage.setItem(REMEMBERED, factory);
    else localStorage.removeItem(REMEMBERED);
  }

  readonly #add = async (): Promise<void> => {
    if (!this.hass) return;
    this.isAdding = true;
    this.failure = "";
    try {
      await openDashboard(this.hass, this.#text("panel.dashboard"));
    } catch (error) {
      const { message = "" } = error as { message?: string };
      this.failure = `${this.#text("panel.not_added")} ${message}`;
    } finally {
      this.isAdding = false;
    }
  };

  static override styles = css`
    :host {
      display: block;
      min-height: 100vh;
      background: var(--primary-background-color, #fafafa);
      color: var(--primary-text-color, #212121);
      font-family: var(--ha-font-family-body, Roboto, sans-serif);
      font-size: var(--ha-font-size-m, 14px);
      container-type: inline-size;
    }
    header {
      position: sticky;
      top: 0;
      z-index: 4;
      display: flex;
      align-items: center;
      gap: 8px;
      box-sizing: border-box;
      height: calc(var(--header-height, 56px) + var(--safe-area-inset-top, 0px));
      padding: var(--safe-area-inset-top, 0px) calc(12px + var(--safe-area-inset-right, 0px)) 0
        calc(4px + var(--safe-area-inset-left, 0px));
      border-bottom: var(--app-header-border-bottom, none);
      color: var(--app-header-text-color, #fff);
      background: var(--app-header-background-color, var(--primary-color, #009ac7));
    }
    h1 {
      flex: 1;
      min-width: 0;
      margin: 0;
      overflow: hidden;
      font-size: var(--ha-font-size-xl, 20px);
      font-weight: var(--ha-font-weight-normal, 400);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    :host(:not([narrow])) h1,
    .indent {
      margin-inline-start: 12px;
    }
    button,
    select {
      display: flex;
      align-items: center;
      gap: 8px;
      height: 40px;
      padding: 0 12px;
      border: 1px solid currentcolor;
      border-radius: 20px;
      font: inherit;
      font-weight: var(--ha-font-weight-medium, 500);
      color: inherit;
      background: none;
      cursor: pointer;
      --mdc-icon-size: 20px;
    }
    button {
      border-color: transparent;
    }
    button:hover {
      background: color-mix(in srgb, currentcolor 10%, transparent);
    }
    select {
      max-width: 40%;
    }
    option {
      color: var(--primary-text-color, #212121);
      background: var(--card-background-color, #fff);
    }
    button:focus-visible,
    select:focus-visible,
    a:focus-visible {
      outline: 2px solid currentcolor;
      outline-offset: 2px;
    }
    main {
      padding: 16px;
      padding-inline: calc(16px + var(--safe-area-inset-left, 0px))
        calc(16px + var(--safe-area-inset-right, 0px));
      padding-bottom: calc(16px + var(--safe-area-inset-bottom, 0px));
    }
    .failure {
      margin: 0 0 16px;
      padding: 12px 16px;
      border-radius: 12px;
      border: 1px solid var(--error-color, #b3261e);
    }
    .columns {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      align-items: start;
      gap: 16px;
      max-width: 1680px;
      margin: 0 auto;
    }
    .columns > div {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 16px;
    }
    .columns > div > * {
      display: block;
    }
    @container (width < 1080px) {
      .columns {
        grid-template-columns: repeat(2, minmax(0, 1fr));
        /* The week fills the height of its neighbours. */
        align-items: stretch;
      }
      .columns > div:last-child {
        display: contents;
      }
    }
    @container (width < 720px) {
      main {
        padding: 8px;
        padding-bottom: calc(8px + var(--safe-area-inset-bottom, 0px));
      }
      .columns {
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
      }
      .columns > div {
        display: contents;
      }
      .now {
        order: 1;
      }
      .week {
        order: 2;
      }
      .prices {
        order: 3;
      }
      .comfort {
        order: 4;
      }
      .health {
        order: 5;
      }
    }
    @container (width < 560px) {
      .add span {
        display: none;
      }
      .add {
        padding: 0 10px;
      }
    }
    @container (width < 480px) {
      .given-way {
        position: absolute;
        width: 1px;
        height: 1px;
        clip-path: inset(50%);
      }
      select {
        flex: 1;
        max-width: none;
        min-width: 0;
      }
    }
    .empty {
      display: grid;
      justify-items: center;
      align-content: center;
      gap: 12px;
      min-height: 60vh;
      text-align: center;
      --mdc-icon-size: 64px;
    }
    .empty ha-icon {
      color: var(--secondary-text-color, #5f5f5f);
    }
    .empty h2,
    .empty p {
      max-width: 40ch;
      margin: 0;
    }
    .empty p {
      color: var(--secondary-text-color, #5f5f5f);
    }
    .empty a {
      padding: 12px 24px;
      border-radius: 24px;
      font-weight: var(--ha-font-weight-medium, 500);
      text-decoration: none;
      color: var(--primary-background-color, #fff);
      background: var(--primary-text-color, #212121);
    }
  `;
}

function remembered(): string | undefined {
  return localStorage.getItem(REMEMBERED) ?? undefined;
}
