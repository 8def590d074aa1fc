import { beforeEach, expect, test, vi } from "vitest";
import type { Hass } from "./hass";

const TAGS = [
  "chocolate-factory-week-card",
  "chocolate-factory-now-card",
  "chocolate-factory-prices-card",
  "chocolate-factory-comfort-card",
  "chocolate-factory-health-card",
  "ll-strategy-dashboard-chocolate-factory",
  "chocolate-factory-panel",
];

const load = () => import("./index");

beforeEach(() => {
  vi.resetModules();
  document.documentElement.lang = "";
  localStorage.clear();
});

// The registry forgets nothing, so this one comes first.
test("nothing is defined or listed before Home Assistant is there", async () => {
  const loaded = load();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(TAGS.filter((tag) => customElements.get(tag))).toEqual([]);
  expect(window.customCards).toBeUndefined();

  customElements.define("home-assistant", class extends HTMLElement {});
  await loaded;
  expect(TAGS.filter((tag) => !customElements.get(tag))).toEqual([]);
  expect(window.customCards).toHaveLength(5);
});

test("loading it twice defines and lists nothing twice", async () => {
  const defined = vi.spyOn(customElements, "define");
  await load();
  expect(defined).not.toHaveBeenCalled();
  expect(window.customCards).toHaveLength(5);
  expect(window.customStrategies).toHaveLength(1);
});

test("cards of others stay in the list, which stays the same one", async () => {
  const other = {
    type: "other-card",
    name: "",
    description: "",
    documentationURL: "",
    preview: false,
    getEntitySuggestion: () => null,
  };
  const list = [other];
  window.customCards = list;
  await load();
  expect(window.customCards).toBe(list);
  expect(list.map(({ type }) => type)).toEqual(["other-card", ...TAGS.slice(0, 5)]);
});

test("names are in the language that the page has when they are asked for", async () => {
  await load();
  const name = () => window.customCards?.find(({ type }) => type === TAGS[0])?.name;
  expect(name()).toBe("Chocolate Factory: week");
  localStorage.setItem("selectedLanguage", '"es-419"');
  expect(name()).toBe("Chocolate Factory: semana");
  document.documentElement.lang = "en-GB";
  expect(name()).toBe("Chocolate Factory: week");
});

test("our cards are suggested for our entities, and for no others", async () => {
  await load();
  const hass = {
    entities: {
      "sensor.ours": { platform: "chocolate_factory", device_id: "device" },
      "sensor.theirs": { platform: "mqtt" },
    },
    devices: { device: { primary_config_entry: "entry" } },
  } as unknown as Hass;
  const now = window.customCards?.find(({ type }) => type === "chocolate-factory-now-card");
  expect(now?.getEntitySuggestion(hass, "sensor.ours")).toEqual({
    config: { type: "custom:chocolate-factory-now-card", factory: "entry" },
  });
  expect(now?.getEntitySuggestion(hass, "sensor.theirs")).toBeNull();
  expect(now?.getEntitySuggestion(hass, "sensor.gone")).toBeNull();
});

test("the strategy fetches what makes a dashboard", async () => {
  await load();
  const strategy = customElements.get("ll-strategy-dashboard-chocolate-factory");
  const { generate } = strategy as unknown as typeof import("./dashboard/strategy");
  const dashboard = await generate({ type: "custom:chocolate-factory", factory: "obrador" }, {
    language: "en",
  } as Hass);
  expect(dashboard.views).not.toEqual([]);
});
