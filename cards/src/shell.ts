/** Light elements that stand where cards will be, and fetch the real ones when they are seen. */

import { type Card, cardType, type GridOptions } from "./cards";
import { complete } from "./config";
import type { CardForm } from "./form";
import { pageLanguage, texts } from "./loader-texts";
import { heightOf, remember } from "./place";

export type Load = () => Promise<unknown>;

const RETRY_AFTER = 2000;
/** In pixels: from here on the week's hours stand beside each other. */
const WIDE = 560;

/** Import once more if it fails, for the connection may be back by then. */
export async function patiently<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    return load();
  }
}

const STYLE = `
  :host { display: block; height: 100% }
  ha-card {
    box-sizing: border-box; height: 100%; padding: 16px; transition: none;
    display: grid; place-content: center; justify-items: center; gap: 16px; text-align: center;
  }
  button {
    font: inherit; padding: 12px 24px; border: 0; border-radius: 24px; cursor: pointer;
    color: var(--text-primary-color); background: var(--primary-color);
  }`;

interface Plan {
  /** The element to be shown, which `load` defines. */
  content: string;
  load: Load;
  /** CSS, of the box that keeps the place, and of a wide one. */
  height: string;
  wideHeight?: string;
  properties: readonly string[];
}

/** A class that hands on its properties, now and later, to an element fetched when first seen. */
export function shell({ content, load, height, wideHeight = height, properties }: Plan) {
  class Shell extends HTMLElement {
    readonly #given: Record<string, unknown> = {};
    #content?: HTMLElement;
    #isLoading = false;
    readonly #size = new ResizeObserver(([size]) => this.#sized(size));

    constructor() {
      super();
      this.attachShadow({ mode: "open" });
    }

    connectedCallback(): void {
      for (const name of properties) this.#adopt(name);
      this.#sized();
      if (!this.#content && !this.#isLoading) void this.#fill();
      this.#size.observe(this);
    }

    disconnectedCallback(): void {
      this.#size.disconnect();
    }

    hand(name: string, value: unknown): void {
      this.#given[name] = value;
      if (this.#content) Reflect.set(this.#content, name, value);
    }

    /** What was set before this class was known lies in front of the accessor. */
    #adopt(name: string): void {
      if (!Object.hasOwn(this, name)) return;
      const value: unknown = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      this.hand(name, value);
    }

    async #fill(): Promise<void> {
      // Editors make a new card at every key stroke; once fetched, none may flicker.
      if (!customElements.get(content)) {
        this.#isLoading = true;
        this.#keepPlace();
        try {
          await patiently(load);
        } catch {
          this.#apologise();
          return;
        } finally {
          this.#isLoading = false;
        }
      }
      this.#content = Object.assign(document.createElement(content), this.#given);
      this.#show(this.#content);
    }

    /** Keep as much place as was taken last time, and see how much that is. */
    #sized(size?: ResizeObserverEntry): void {
      const { width, height: taken } = size?.contentRect ?? this.getBoundingClientRect();
      if (!width) return;
      if (this.#content && this.#content.ariaBusy !== "true") {
        if (size) remember(content, width, taken);
      } else {
        const known = heightOf(content, width);
        const likely = width < WIDE ? height : wideHeight;
        this.style.setProperty("--cf-place", known ? `${known}px` : likely);
      }
    }

    #keepPlace(): HTMLElement {
      const box = document.createElement("ha-card");
      box.style.minHeight = `var(--cf-place, ${height})`;
      this.#show(box);
      return box;
    }

    #apologise(): void {
      const { failed, reload } = texts();
      const box = this.#keepPlace();
      box.setAttribute("role", "alert");
      const button = document.createElement("button");
      button.textContent = reload;
      button.addEventListener("click", () => location.reload());
      box.append(failed, button);
    }

    #show(element: HTMLElement): void {
      const style = document.createElement("style");
      style.textContent = STYLE;
      this.shadowRoot?.replaceChildren(style, element);
    }
  }

  for (const name of properties) {
    Object.defineProperty(Shell.prototype, name, {
      set(this: Shell, value: unknown) {
        this.hand(name, value);
      },
    });
  }
  return Shell;
}

/** The class that Home Assistant knows as the card. */
export function cardShell(card: Card, load: Load) {
  const plan = {
    content: `${cardType(card.key)}-content`,
    load,
    height: `${card.height}px`,
    wideHeight: `${card.wideHeight ?? card.height}px`,
    properties: ["hass", "preview", "layout", "editMode"],
  };

  return class CardShell extends shell(plan) {
    static async getConfigForm(): Promise<CardForm> {
      const { form } = await patiently(() => import("./form"));
      return form(card, pageLanguage());
    }

    /** Only what a form would otherwise show as empty. */
    static getStubConfig(): Record<string, unknown> {
      const options = Object.entries(card.options);
      return Object.fromEntries(
        options.flatMap(([name, option]) => ("choices" in option ? [[name, option.default]] : [])),
      );
    }

    setConfig(config: Readonly<Record<string, unknown>>): void {
      this.hand("config", complete(card, config));
    }

    getCardSize(): number {
      return Math.ceil(card.height / 50);
    }

    getGridOptions(): GridOptions {
      return card.grid;
    }
  };
}
