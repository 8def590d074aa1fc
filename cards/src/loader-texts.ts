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
    week: ["Chocolate Factory: week", "Every hour of the week: when to produce, and what it costs"],
    now: ["Chocolate Factory: now", "What to do now, why, and until when"],
    prices: ["Chocolate Factory: prices", "What electricity costs and will cost this week"],
    comfort: [
      "Chocolate Factory: comfort",
      "Temperature and humidity against what chocolate needs",
    ],
    health: ["Chocolate Factory: data", "Sources, history, models and jobs, and how they are"],
  },
  dashboard: ["Chocolate Factory", "The week, prices, comfort and data of your chocolate factory"],
  failed: "This card could not be loaded. Chocolate Factory may have been updated.",
  reload: "Reload",
  wrong: (option, value, allowed) => `${option} must be ${allowed}, not ${value}`,
  text: "a text",
  yesOrNo: "true or false",
  between: (min, max) => `a whole number from ${min} to ${max}`,
};

const es: Texts = {
  cards: {
    week: [
      "Chocolate Factory: semana",
      "Cada hora de la semana: cuándo conviene producir y cuánto cuesta",
    ],
    now: ["Chocolate Factory: ahora", "Qué hacer ahora, por qué y hasta cuándo"],
    prices: ["Chocolate Factory: precios", "Lo que cuesta y costará la electricidad esta semana"],
    comfort: [
      "Chocolate Factory: ambiente",
      "Temperatura y humedad frente a lo que pide el chocolate",
    ],
    health: ["Chocolate Factory: datos", "Fuentes, historial, modelos y tareas, y cómo están"],
  },
  dashboard: ["Chocolate Factory", "La semana, los precios, el ambiente y los datos de tu obrador"],
  failed: "No se ha podido cargar esta tarjeta. Puede que Chocolate Factory se haya actualizado.",
  reload: "Recargar",
  wrong: (option, value, allowed) => `${option} debe ser ${allowed}, no ${value}`,
  text: "un texto",
  yesOrNo: "true o false",
  between: (min, max) => `un número entero de ${min} a ${max}`,
};

/** The language of the page, which Home Assistant sets late, or the one chosen before. */
export function pageLanguage(): string {
  const chosen = (localStorage.getItem("selectedLanguage") ?? "").replaceAll('"', "");
  return (
    document.documentElement.lang || (chosen !== "null" && chosen) || navigator.language || "en"
  );
}

export const texts = (language = pageLanguage()): Texts => (/^es\b/i.test(language) ? es : en);
