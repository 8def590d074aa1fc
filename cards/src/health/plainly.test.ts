import { expect, it } from "vitest";
import type { Hass } from "../hass";
import { kindOf, plainly } from "./plainly";

const hass = {
  localize: () => "",
  loadBackendTranslation: async () => (key: string, values?: Record<string, string | number>) =>
    key === "component.chocolate_factory.exceptions.store_failed.message"
      ? `No se puede leer: ${values?.error}`
      : "",
} as unknown as Hass;

it("says an error in the language of the user", async () => {
  const error = {
    code: "home_assistant_error",
    message: "Cannot be read: disk",
    translation_domain: "chocolate_factory",
    translation_key: "store_failed",
    translation_placeholders: { error: "disk" },
  };
  expect(await plainly(hass, error)).toBe("No se puede leer: disk");
  expect(await plainly(hass, { ...error, translation_key: "unheard_of" })).toBe(
    "Cannot be read: disk",
  );
});

it("does not show what only programmers understand", async () => {
  const error = { code: "unknown_error", message: "takes 1 positional argument" };
  expect(await plainly(hass, error)).toBeUndefined();
  expect(await plainly(hass, new TypeError("boom"))).toBeUndefined();
});

it("tells a broken connection and a lack of rights from a failure", () => {
  expect(kindOf(3)).toBe("lost");
  expect(kindOf({ code: "unauthorized", message: "Unauthorized" })).toBe("forbidden");
  expect(kindOf(new Error("boom"))).toBe("failed");
  expect(kindOf(undefined)).toBe("failed");
});
