/** What charts have in common: a drawing, what is pointed at, and who hears of pointers and keys. */

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Crosshair } from "./crosshair";

interface Frame {
  crosshair: Crosshair;
  /** It is drawn anew when one of these is another. */
  inputs: unknown[];
  draw(): unknown;
  /** Shapes in the drawing and the box beside it, where something is pointed at. */
  mark?: unknown;
  tip?: TemplateResult | undefined;
  /** What somebody who points at a position is told; undefined if there is nothing to point at. */
  tell: ((index: number) => string) | undefined;
  label: string;
  /** Instead, where nothing is known. */
  unknown: string;
  /** Whatever else lies over the drawing. */
  more?: TemplateResult | typeof nothing;
}

export function frame(parts: Frame): TemplateResult {
  const { crosshair, inputs, draw, mark = nothing, tip = nothing, tell, label, unknown } = parts;
  const { more = nothing } = parts;
  const { pointer } = crosshair;
  return html`<div
    class="chart"
    @pointermove=${pointer}
    @pointerdown=${pointer}
    @pointerleave=${pointer}
    @pointercancel=${pointer}
  >
    <svg aria-hidden="true">${guard(inputs, draw)} ${mark}</svg>
    ${tip}
    ${
      tell
        ? crosshair.control(label, tell)
        : html`<p class="nothing" role="status"><span>${unknown}</span></p>`
    }
    ${more}
  </div>`;
}
