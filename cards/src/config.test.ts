import { expect, test } from "vitest";
import { CARDS, type Card } from "./cards";
import { complete } from "./config";

const card = (key: Card["key"]): Card => {
  const found = CARDS.find((candidate) => candidate.key === key);
  if (!found) throw new Error(key);
  return found;
};

test("what is not said is as agreed", () => {
  expect(complete(card("week"), { type: "custom:x" })).toEqual({
    type: "custom:x",
    color_by: "recommendation",
    resolution: "hour",
    weather: true,
  });
});

test("what a form has emptied counts as not said", () => {
  const config = { type: "custom:x", title: "", factory: null, days: undefined };
  expect(complete(card("prices"), config)).toMatchObject({ days: 8 });
  expect(complete(card("prices"), config).title).toBeUndefined();
});

test("a form's text becomes the number that is meant", () => {
  expect(complete(card("comfort"), { hours: "24" })).toMatchObject({ hours: 24 });
});

test("what Home Assistant adds is left alone", () => {
  const config = { type: "custom:x", grid_options: { columns: 6 }, visibility: [] };
  expect(complete(card("now"), config)).toMatchObject(config);
});

test.each([
  ["week", { color_by: "rainbow" }, 'color_by must be recommendation, score, price, not "rainbow"'],
  ["week", { weather: "yes" }, 'weather must be true or false, not "yes"'],
  ["prices", { days: 9 }, "days must be a whole number from 2 to 8, not 9"],
  ["prices", { cheapest: 1.5 }, "cheapest must be a whole number from 1 to 12, not 1.5"],
  ["comfort", { hours: 36 }, "hours must be 24, 48, not 36"],
  ["now", { factory: 1 }, "factory must be a text, not 1"],
  ["now", { title: ["a"] }, 'title must be a text, not ["a"]'],
] as const)("the %s card refuses %j and says why", (key, config, sentence) => {
  expect(() => complete(card(key), config)).toThrow(sentence);
});
