import { expect, test } from "vitest";
import { localize } from "./i18n";
import en from "./translations/en.json";
import es from "./translations/es.json";

/** Every text's key with the placeholders in it. */
function placeholders(tree: object, path = ""): [string, string[]][] {
  return Object.entries(tree).flatMap(([name, value]: [string, string | object]) =>
    typeof value === "string"
      ? [[`${path}${name}`, (value.match(/\{\w+\}/g) ?? []).sort()]]
      : placeholders(value, `${path}${name}.`),
  );
}

test("both languages hold the same texts with the same placeholders", () => {
  expect(Object.fromEntries(placeholders(es))).toEqual(Object.fromEntries(placeholders(en)));
});

test("no text is empty", () => {
  for (const [key] of placeholders(en)) {
    for (const language of ["en", "es"])
      expect(localize(language, key as "now.title")).not.toBe("");
  }
});

test("a text is in the language asked for, else in English", () => {
  expect(localize("es-419", "now.title")).toBe(es.now.title);
  expect(localize("en-GB", "now.title")).toBe(en.now.title);
  expect(localize("fr", "now.title")).toBe(en.now.title);
});
