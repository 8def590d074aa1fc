/** What Home Assistant loads on every page, so it holds no card, only who they are. */

import { CARDS, type CardKey, cardType } from "./cards";
import { texts } from "./loader-texts";
import { cardShell, type Load, patiently, shell } from "./shell";

interface Listed {
  type: string;
  name: string;
  description: string;
}

declare global {
  interface Window {
    customCards?: (Listed & { preview: boolean; documentationURL: string })[];
    customStrategies?: (Listed & { strategyType: "dashboard"; documentationURL: string })[];
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
const listed = (type: string, name: () => readonly [string, string]): Listed => ({
  type,
  get name() {
    return name()[0];
  },
  get description() {
    return name()[1];
  },
});

function add<Entry extends Listed>(list: Entry[], entry: Entry): void {
  if (!list.some((other) => other.type === entry.type)) list.push(entry);
}

function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

// Until then Home Assistant may replace the registry, and whatever was in it is lost.
await customElements.whenDefined("home-assistant");

window.customCards ??= [];
for (const card of CARDS) {
  const type = cardType(card.key);
  define(type, cardShell(card, load[card.key]));
  add(
    window.customCards,
    Object.assign(
      listed(type, () => texts().cards[card.key]),
      {
        preview: true,
        documentationURL: DOCUMENTATION,
      },
    ),
  );
}

window.customStrategies ??= [];
define("ll-strategy-dashboard-chocolate-factory", Strategy);
add(
  window.customStrategies,
  Object.assign(
    listed("chocolate-factory", () => texts().dashboard),
    {
      strategyType: "dashboard" as const,
      documentationURL: DOCUMENTATION,
    },
  ),
);

define("chocolate-factory-panel", shell(panel));
