/** What Home Assistant loads on every page, so it holds no card, only who they are. */

import { CARDS, type CardKey, cardType } from "./cards";
import type { Hass } from "./hass";
import { cardTexts, texts } from "./loader-texts";
import { cardShell, type Load, patiently, shell } from "./shell";

interface Listed {
  type: string;
  name: string;
  description: string;
  documentationURL: string;
}

interface ListedCard extends Listed {
  preview: boolean;
  getEntitySuggestion(hass: Hass, entityId: string): { config: Record<string, unknown> } | null;
}

declare global {
  interface Window {
    customCards?: ListedCard[];
    customStrategies?: (Listed & { strategyType: "dashboard" })[];
  }
}

const DOCUMENTATION = "https://github.com/chocolate-factory/chocolate-factory";

const load: Record<CardKey, Load> = {
  week: () => import("./week/week-card"),
  now: () => import("./now/now-card"),
  prices: () => import("./prices/prices-card"),
  comfort: () => import("./comfort/comfort-card"),
  health: () => import("./health/health-card"),
};

const panel = {
  content: "chocolate-factory-panel-content",
  load: () => import("./dashboard/panel"),
  height: "100vh",
  properties: ["hass", "narrow", "route", "panel"],
};

class Strategy extends HTMLElement {
  /** Factories come and go with their devices. */
  static readonly registryDependencies = ["devices"];

  static async generate(...asked: Parameters<typeof import("./dashboard/strategy").generate>) {
    const { generate } = await patiently(() => import("./dashboard/strategy"));
    return generate(...asked);
  }
}

/** Names are asked for when a picker opens; by then the language of the page is known. */
function list<More extends object>(
  entries: (Listed & More)[],
  type: string,
  words: () => readonly [name: string, description: string],
  more: More,
): void {
  if (entries.some((other) => other.type === type)) return;
  const entry: Listed = {
    type,
    get name() {
      return words()[0];
    },
    get description() {
      return words()[1];
    },
    documentationURL: DOCUMENTATION,
  };
  entries.push(Object.assign(entry, more));
}

/** Whoever looks for a card for one of our entities is shown ours, for the same factory. */
const suggestion =
  (type: string): ListedCard["getEntitySuggestion"] =>
  (hass, entityId) => {
    const entity = hass.entities[entityId];
    if (entity?.platform !== "chocolate_factory") return null;
    const factory = hass.devices[entity.device_id ?? ""]?.primary_config_entry ?? undefined;
    return { config: { type: `custom:${type}`, factory } };
  };

function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

// Until then Home Assistant may replace the registry, and whatever was in it is lost.
await customElements.whenDefined("home-assistant");

window.customCards ??= [];
for (const card of CARDS) {
  const type = cardType(card.key);
  define(type, cardShell(card, load[card.key]));
  list(window.customCards, type, () => cardTexts(card.key), {
    preview: true,
    getEntitySuggestion: suggestion(type),
  });
}

window.customStrategies ??= [];
define("ll-strategy-dashboard-chocolate-factory", Strategy);
list(window.customStrategies, "chocolate-factory", () => texts().dashboard, {
  strategyType: "dashboard",
});

define("chocolate-factory-panel", shell(panel));
