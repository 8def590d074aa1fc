/** The few sentences that are said before any card is there. */

import type { CardKey } from "./cards";

interface Texts {
  cards: Record<CardKey, readonly [name: string, description: string]>;
  dashboard: readonly [name: string, description: string];
  failed: string;
  reload: string;
  wrong(option: string, value: string, allowed: string): string;
  text: string;
  yesOrNo: string;
  between(min: number, max: number): string;
}

const en: Texts = {
  cards: {
    week: ["week", "When to produce, hour by hour, and what it costs"],
    now: ["now", "What to do now, why, and until when"],
    prices: ["prices", "What electricity costs and will cost this week"],
    comfort: ["comfort", "Temperature and humidity against what chocolate needs"],
    health: ["data", "Sources, history, models and jobs, and how they are"],
  },
  dashboard: ["Chocolate Factory", "The week, prices, comfort and data of your factory"],
  failed: "This card could not be loaded. Chocolate Factory may have been updated.",
  reload: "Reload",
  wrong: (option, value, allowed) => `${option} must be ${allowed}, not ${value}`,
  text: "a text",
  yesOrNo: "true or false",
  between: (min, max) => `a whole number from ${min} to ${max}`,
};

const es: Texts = {
  cards: {
    week: ["semana", "Cuándo conviene producir, hora a hora, y cuánto cuesta"],
    now: ["ahora", "Qué hacer ahora, por qué y hasta cuándo"],
    prices: ["precios", "Lo que cuesta y costará la electricidad esta semana"],
    comfort: ["ambiente", "Temperatura y humedad frente a lo que pide el chocolate"],
    health: ["datos", "Fuentes, histórico, modelos y tareas, y cómo están"],
  },
  dashboard: ["Chocolate Factory", "La semana, los precios, el ambiente y los datos de tu fábrica"],
  failed: "No se ha podido cargar esta tarjeta. Puede que Chocolate Factory se haya actualizado.",
  reload: "Recargar",
  wrong: (option, value, allowed) => `${option} debe ser ${allowed}, no ${value}`,
  text: "un texto",
  yesOrNo: "true o false",
  between: (min, max) => `un número entero de ${min} a ${max}`,
};

/** The language of the page, which Home Assistant sets late, or the one chosen before. */
export function pageLanguage(): string {
  const chosen = localStorage.getItem("selectedLanguage")?.replaceAll('"', "");
  const known = chosen && chosen !== "null" ? chosen : navigator.language;
  return document.documentElement.lang || known;
}

export const texts = (language = pageLanguage()): Texts => (/^es\b/i.test(language) ? es : en);

/** What a card is called in the picker, and what it is for. */
export function cardTexts(key: CardKey): readonly [name: string, description: string] {
  const [name, description] = texts().cards[key];
  return [`Chocolate Factory: ${name}`, description];
}
