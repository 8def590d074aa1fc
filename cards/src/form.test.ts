import { expect, test } from "vitest";
import { CARDS } from "./cards";
import { form } from "./form";

test.each(["en", "es"])("every field and choice of every form has a text in %s", (language) => {
  for (const card of CARDS) {
    const { schema, computeLabel } = form(card, language);
    for (const field of schema) {
      expect(computeLabel(field), field.name).not.toBe("");
      const { select } = field.selector as { select?: { options: { label: string }[] } };
      for (const option of select?.options ?? []) expect(option.label).not.toBe("");
    }
  }
});

test("a form asks for the factory and for what the card can show", () => {
  const [prices] = CARDS.filter(({ key }) => key === "prices");
  expect(prices && form(prices, "en").schema).toEqual([
    { name: "factory", selector: { config_entry: { integration: "chocolate_factory" } } },
    { name: "title", selector: { text: {} } },
    { name: "days", selector: { number: { min: 2, max: 8, mode: "box" } }, default: 8 },
    { name: "band", selector: { boolean: {} }, default: true },
    { name: "periods", selector: { boolean: {} }, default: true },
    { name: "cheapest", selector: { number: { min: 1, max: 12, mode: "box" } }, default: 3 },
  ]);
});

test("only a field that needs it has a helper", () => {
  const [week] = CARDS;
  const helper = week && form(week, "es").computeHelper;
  expect(helper?.({ name: "factory" })).toBe("La primera, si no eliges ninguna.");
  expect(helper?.({ name: "title" })).toBeUndefined();
});
