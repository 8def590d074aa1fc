import { beforeEach, expect, it, vi } from "vitest";
import type { Message } from "../factory-data";
import type { Hass } from "../hass";
import { generate } from "./strategy";

const TYPE = "custom:chocolate-factory";

function hass(titles: readonly string[] | undefined): Hass {
  const factories = titles?.map((title, index) => ({ id: `id${index}`, title, is_loaded: true }));
  return {
    language: "en",
    connection: {
      connected: true,
      subscribeMessage: async (callback: (message: Message) => void) => {
        if (factories) callback({ factories, dashboard: null });
        return async () => {};
      },
      addEventListener: () => {},
      removeEventListener: () => {},
    },
  } as unknown as Hass;
}

const types = (view: { sections: { cards: { type: string }[] }[] } | undefined) =>
  new Set(view?.sections.flatMap(({ cards }) => cards.map(({ type }) => type)));

beforeEach(() => {
  vi.useFakeTimers();
});

it("gives each of several factories a view of its own", async () => {
  const { views } = await generate({ type: TYPE }, hass(["Obrador", "Tienda"]));
  expect(views.map(({ title, path }) => [title, path])).toEqual([
    ["Obrador", "id0"],
    ["Tienda", "id1"],
  ]);
  const factories = views[1]?.sections.flatMap(({ cards }) => cards.map(({ factory }) => factory));
  expect(new Set(factories)).toEqual(new Set(["id1"]));
});

it("names no factory where there is only one, so that it may be set up anew", async () => {
  const { views } = await generate({ type: TYPE }, hass(["Obrador"]));
  expect(views).toHaveLength(1);
  expect(types(views[0]).size).toBe(5);
  expect(JSON.stringify(views)).not.toContain("id0");
});

it("asks nobody if the config names the factory", async () => {
  const config = { type: TYPE, factory: "mine", title: "Wall" };
  const { views } = await generate(config, {} as Hass);
  expect(views).toMatchObject([{ title: "Wall" }]);
});

it("says once that there is no factory", async () => {
  const { views } = await generate({ type: TYPE }, hass([]));
  expect([...types(views[0])]).toEqual(["custom:chocolate-factory-now-card"]);
});

it("shows the cards even if Home Assistant does not answer in time", async () => {
  const asked = generate({ type: TYPE }, hass(undefined));
  await vi.advanceTimersByTimeAsync(6_000);
  expect(types((await asked).views[0]).size).toBe(5);
});

it("shows the prices once, after the week on a phone and below now elsewhere", async () => {
  const { views } = await generate({ type: TYPE, factory: "mine" }, hass([]));
  const shown = (width: number) =>
    views[0]?.sections
      .filter((section) => fits(section.visibility, width))
      .flatMap(({ cards }) => cards.filter((card) => fits(card.visibility, width)))
      .map(({ type }) => type.split("-")[2]);
  expect(shown(360)).toEqual(["now", "week", "prices", "comfort", "health"]);
  expect(shown(1280)).toEqual(["now", "prices", "week", "comfort", "health"]);
});

function fits(conditions: { media_query: string }[] | undefined, width: number): boolean {
  return (conditions ?? []).every(({ media_query: query }) => {
    const [, side, limit] = /\((min|max)-width: ([\d.]+)px\)/.exec(query) ?? [];
    return side === "min" ? width >= Number(limit) : width <= Number(limit);
  });
}
