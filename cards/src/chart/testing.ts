/** A card with a chart on a page, for tests: it is given a size, and a factory to show. */

import { vi } from "vitest";
import type { CardConfig } from "../cards";
import type { FactoryCard } from "../core/factory-card";
import type { Dashboard, Message } from "../factory-data";
import type { Hass } from "../hass";

export const WIDTH = 800;
const HEIGHT = 300;

/** Elements that have a size as soon as they are looked at. */
class Observer {
  constructor(private readonly callback: ResizeObserverCallback) {}
  observe(target: Element): void {
    const entry = { target, contentRect: { width: WIDTH, height: HEIGHT } };
    queueMicrotask(() => this.callback([entry as ResizeObserverEntry], this as never));
  }
  unobserve(): void {}
  disconnect(): void {}
}

const locale = {
  language: "en-GB",
  number_format: "language",
  time_format: "language",
  date_format: "language",
  time_zone: "server",
  first_weekday: "language",
} as const;

export interface Shown<Card> {
  card: Card;
  root: ShadowRoot;
  /** What is written, one space between words. */
  text(selector: string): string;
  push(data: Dashboard): Promise<void>;
}

/** Show a dashboard at an instant; wait for its chart. */
export async function show<Config extends CardConfig>(
  tag: string,
  config: Omit<Config, "type">,
  data: Dashboard,
  language = "en-GB",
): Promise<Shown<FactoryCard<Config>>> {
  vi.stubGlobal("ResizeObserver", Observer);
  let send: ((message: Message) => void) | undefined;
  const connection = {
    connected: true,
    subscribeMessage: async (callback: (message: Message) => void) => {
      send = callback;
      return async () => {};
    },
    addEventListener: () => {},
    removeEventListener: () => {},
  };
  const hass = {
    connection,
    language,
    locale: { ...locale, language },
    themes: { darkMode: false },
    localize: () => "",
    states: {},
  };
  const card = document.createElement(tag) as FactoryCard<Config>;
  card.hass = hass as unknown as Hass;
  card.config = { type: `custom:${tag}`, ...config } as Config;
  document.body.replaceChildren(card);
  const push = async (dashboard: Dashboard) => {
    await card.updateComplete;
    const { id, title } = dashboard.factory;
    send?.({ factories: [{ id, title, is_loaded: true }], dashboard });
    // Once for the data, once more for the size that is known then.
    await card.updateComplete;
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    await card.updateComplete;
  };
  await push(data);
  const root = card.renderRoot as ShadowRoot;
  const text = (selector: string) =>
    (root.querySelector(selector)?.textContent ?? "").replace(/\s+/g, " ").trim();
  return { card, root, text, push };
}
