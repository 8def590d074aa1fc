import type { Card, CardConfig, Option, Value } from "./cards";
import { texts } from "./loader-texts";

const COMMON = ["factory", "title"] as const;

/** The config with every option in it, or an error that says which one cannot be meant. */
export function complete(card: Card, config: Readonly<Record<string, unknown>>): CardConfig {
  const full: Record<string, unknown> = { ...config };
  for (const name of COMMON) {
    const given = known(config[name]);
    if (given !== undefined && typeof given !== "string") throw wrong(name, given, texts().text);
    full[name] = given;
  }
  for (const [name, option] of Object.entries(card.options)) {
    const given = known(config[name]);
    full[name] = given === undefined ? option.default : meant(option, given);
    if (full[name] === undefined) throw wrong(name, given, allowed(option));
  }
  return full as unknown as CardConfig;
}

/** A form leaves empty what it clears, and YAML null what it does not say. */
const known = (given: unknown): unknown => (given === null || given === "" ? undefined : given);

/** The value of an option; forms send the numbers of a choice as text. */
function meant(option: Option, given: unknown): Value | undefined {
  if ("choices" in option) {
    return option.choices.find((choice) => choice === given || String(choice) === given);
  }
  if ("min" in option) {
    const isMeant =
      Number.isInteger(given) && option.min <= Number(given) && Number(given) <= option.max;
    return isMeant ? Number(given) : undefined;
  }
  return typeof given === "boolean" ? given : undefined;
}

function allowed(option: Option): string {
  if ("choices" in option) return option.choices.join(", ");
  if ("min" in option) return texts().between(option.min, option.max);
  return texts().yesOrNo;
}

const wrong = (name: string, given: unknown, expected: string): Error =>
  new Error(texts().wrong(name, JSON.stringify(given), expected));
