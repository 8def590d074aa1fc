/** Thirty days of a series at a glance, and one of them in words. */

import { html, type TemplateResult } from "lit";
import { shareOf } from "./figures";

export interface Strip {
  label: string;
  days: readonly (number | null)[];
  /** The position of the day that is told, if any. */
  chosen: number | null;
  /** What is told of it. */
  told: string;
  choose(day: number | null): void;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -7,
  PageUp: 7,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

export function strip({ label, days, chosen, told, choose }: Strip): TemplateResult {
  const last = days.length - 1;
  const at = chosen ?? last;
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const day = Math.floor(((event.clientX - box.left) / box.width) * days.length);
    choose(Math.min(Math.max(day, 0), last));
  };
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(Math.min(Math.max(at + step, 0), last));
  };
  return html`<div
    class="strip"
    role="slider"
    tabindex="0"
    aria-label=${label}
    aria-valuemin="1"
    aria-valuemax=${days.length}
    aria-valuenow=${at + 1}
    aria-valuetext=${told}
    @pointermove=${point}
    @pointerdown=${point}
    @pointerleave=${() => choose(null)}
    @focus=${() => choose(at)}
    @blur=${() => choose(null)}
    @keydown=${press}
  >
    ${days.map(
      (percent, day) =>
        html`<span class="${shareOf(percent)} ${day === chosen ? "chosen" : ""}"
          ><i style="height: ${percent ?? 0}%"></i
        ></span>`,
    )}
  </div>`;
}
