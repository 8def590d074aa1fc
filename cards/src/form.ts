/** The forms in which cards are set up, made from what is known of their options. */

import type { Card, Option } from "./cards";
import { type Key, localize } from "./i18n";

interface Field {
  name: string;
  selector: Record<string, unknown>;
  default?: unknown;
}

export interface CardForm {
  schema: Field[];
  computeLabel(field: { name: string }): string;
  computeHelper(field: { name: string }): string | undefined;
}

export function form(card: Card, language: string): CardForm {
  const text = (key: string): string => localize(language, key as Key);
  return {
    schema: [
      { name: "factory", selector: { config_entry: { integration: "chocolate_factory" } } },
      { name: "title", selector: { text: {} } },
      ...Object.entries(card.options).map(([name, option]) => ({
        name,
        selector: selector(option, (choice) => text(`form.choices.${choice}`)),
        default: option.default,
      })),
    ],
    computeLabel: ({ name }) => text(`form.labels.${name}`),
    computeHelper: ({ name }) => text(`form.helpers.${name}`) || undefined,
  };
}

function selector(option: Option, label: (choice: string) => string): Record<string, unknown> {
  if ("choices" in option) {
    const options = option.choices.map(String).map((value) => ({ value, label: label(value) }));
    return { select: { mode: "dropdown", options } };
  }
  if ("min" in option) return { number: { min: option.min, max: option.max, mode: "box" } };
  return { boolean: {} };
}
