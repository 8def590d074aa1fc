/** Colours that colour-blind people tell apart too: teal is good, amber and brick are bad. */

import { css } from "lit";
import type { Level, Recommendation } from "../factory-data";

/** Themes may set the colours; `--cf-ink-…` is for text on them, `--cf-mark-…` for marks beside. */
export const palette = css`
  :host {
    --cf-optimal: var(--chocolate-factory-optimal, #0f7b70);
    --cf-moderate: var(--chocolate-factory-moderate, #8fd0c6);
    --cf-reduced: var(--chocolate-factory-reduced, #f0b94e);
    --cf-halt: var(--chocolate-factory-halt, #a8341f);
    --cf-ink-optimal: var(--chocolate-factory-optimal-ink, #ffffff);
    --cf-ink-moderate: var(--chocolate-factory-moderate-ink, #10312d);
    --cf-ink-reduced: var(--chocolate-factory-reduced-ink, #3a2700);
    --cf-ink-halt: var(--chocolate-factory-halt-ink, #ffffff);

    --cf-mark-optimal: var(--chocolate-factory-optimal-mark, #0f7b70);
    --cf-mark-moderate: var(--chocolate-factory-moderate-mark, #3a7a72);
    --cf-mark-reduced: var(--chocolate-factory-reduced-mark, #8a5d00);
    --cf-mark-halt: var(--chocolate-factory-halt-mark, #a8341f);

    --cf-very-cheap: var(--chocolate-factory-very-cheap, #1a8076);
    --cf-cheap: var(--chocolate-factory-cheap, #9ad6cd);
    --cf-normal: var(--chocolate-factory-normal, #e9e3d6);
    --cf-expensive: var(--chocolate-factory-expensive, #eab45a);
    --cf-very-expensive: var(--chocolate-factory-very-expensive, #a85a1a);
    --cf-ink-very-cheap: var(--chocolate-factory-very-cheap-ink, #ffffff);
    --cf-ink-cheap: var(--chocolate-factory-cheap-ink, #10312d);
    --cf-ink-normal: var(--chocolate-factory-normal-ink, #3b3427);
    --cf-ink-expensive: var(--chocolate-factory-expensive-ink, #3a2700);
    --cf-ink-very-expensive: var(--chocolate-factory-very-expensive-ink, #ffffff);

    --cf-line: var(--chocolate-factory-line, #6d4427);
    --cf-humidity: var(--chocolate-factory-humidity, #2f7fb5);
    --cf-temperature: var(--chocolate-factory-temperature, #c2571a);
    --cf-card: var(--ha-card-background, var(--card-background-color, #fff));
    --cf-unknown: var(--divider-color, #d8d8d8);
    --cf-text: var(--primary-text-color, #212121);
    --cf-faint: var(--secondary-text-color, #5f5f5f);
    --cf-grid: var(--divider-color, rgba(0, 0, 0, 0.12));
  }
  :host([dark]) {
    --cf-optimal: var(--chocolate-factory-optimal, #2aa597);
    --cf-moderate: var(--chocolate-factory-moderate, #1e5f58);
    --cf-reduced: var(--chocolate-factory-reduced, #d79b2f);
    --cf-halt: var(--chocolate-factory-halt, #d2553d);
    --cf-ink-optimal: var(--chocolate-factory-optimal-ink, #04211d);
    --cf-ink-moderate: var(--chocolate-factory-moderate-ink, #dff5f1);
    --cf-ink-reduced: var(--chocolate-factory-reduced-ink, #2b1c00);
    --cf-ink-halt: var(--chocolate-factory-halt-ink, #1f0500);

    --cf-mark-optimal: var(--chocolate-factory-optimal-mark, #35b8a8);
    --cf-mark-moderate: var(--chocolate-factory-moderate-mark, #86c9bf);
    --cf-mark-reduced: var(--chocolate-factory-reduced-mark, #e3ad4d);
    --cf-mark-halt: var(--chocolate-factory-halt-mark, #f28a74);

    --cf-very-cheap: var(--chocolate-factory-very-cheap, #2aa597);
    --cf-cheap: var(--chocolate-factory-cheap, #1e5f58);
    --cf-normal: var(--chocolate-factory-normal, #4a453c);
    --cf-expensive: var(--chocolate-factory-expensive, #9c691b);
    --cf-very-expensive: var(--chocolate-factory-very-expensive, #e58a3c);
    --cf-ink-very-cheap: var(--chocolate-factory-very-cheap-ink, #04211d);
    --cf-ink-cheap: var(--chocolate-factory-cheap-ink, #dff5f1);
    --cf-ink-normal: var(--chocolate-factory-normal-ink, #f1ece2);
    --cf-ink-expensive: var(--chocolate-factory-expensive-ink, #ffffff);
    --cf-ink-very-expensive: var(--chocolate-factory-very-expensive-ink, #2b1300);

    --cf-line: var(--chocolate-factory-line, #d9a679);
    --cf-humidity: var(--chocolate-factory-humidity, #64b1e4);
    --cf-temperature: var(--chocolate-factory-temperature, #f0925a);
  }
`;

const dashed = (name: string): string => name.replaceAll("_", "-");

export const colour = (name: Recommendation | Level | null): string =>
  name ? `var(--cf-${dashed(name)})` : "var(--cf-unknown)";

export const ink = (name: Recommendation | Level | null): string =>
  name ? `var(--cf-ink-${dashed(name)})` : "var(--cf-text)";

/** The same for icons and words on the background of a card. */
export const mark = (name: Recommendation): string => `var(--cf-mark-${name})`;

/** A score in five steps, the best first: the colours of prices, for it is about the price. */
const STEPS: readonly (readonly [least: number, level: Level])[] = [
  [80, "very_cheap"],
  [60, "cheap"],
  [40, "normal"],
  [20, "expensive"],
  [Number.NEGATIVE_INFINITY, "very_expensive"],
];

export const scoreStep = (score: number | null): Level | null =>
  score === null ? null : (STEPS.find(([least]) => score >= least)?.[1] ?? null);

/** Material Design icons, which Home Assistant draws: shapes tell what colours may not. */
export const ICONS: Readonly<Record<Recommendation, string>> = {
  optimal: "mdi:check-circle",
  moderate: "mdi:thumb-up-outline",
  reduced: "mdi:arrow-down-circle-outline",
  halt: "mdi:hand-back-right",
};
