/** From values to pixels and back, and where the lines of an axis go. */

export class Scale {
  constructor(
    readonly from: number,
    readonly to: number,
    /** Pixels: where `from` and `to` are. */
    readonly start: number,
    readonly end: number,
  ) {}

  /** The pixel of a value. */
  at(value: number): number {
    return this.start + (value - this.from) * this.perUnit;
  }

  /** The value of a pixel. */
  value(pixel: number): number {
    return this.perUnit ? this.from + (pixel - this.start) / this.perUnit : this.from;
  }

  /** Pixels for one more. */
  get perUnit(): number {
    return this.to === this.from ? 0 : (this.end - this.start) / (this.to - this.from);
  }
}

export interface Axis {
  from: number;
  to: number;
  ticks: number[];
  /** After the point, as many as tell the ticks apart. */
  digits: number;
}

const ROUND = [1, 2, 2.5, 5, 10] as const;

/** An axis with round numbers around the values, with no more than so many steps if it can be. */
export function niceAxis(lowest: number, highest: number, most: number): Axis {
  const span = highest - lowest || Math.abs(highest) || 1;
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (ROUND.find((round) => round * power >= rough * 0.999) ?? 10) * power;
  const first = Math.floor(lowest / step + 1e-6);
  const last = Math.max(Math.ceil(highest / step - 1e-6), first + 1);
  const digits = decimals(step);
  const ticks = Array.from(
    { length: last - first + 1 },
    (_, index) =>
      // A zero with a minus reads badly.
      Number(((first + index) * step).toFixed(digits)) || 0,
  );
  return { from: ticks[0] ?? lowest, to: ticks.at(-1) ?? highest, ticks, digits };
}

/** Digits after the point of a round number. */
function decimals(step: number): number {
  let digits = 0;
  while (digits < 6 && Math.abs(Number(step.toFixed(digits)) - step) > step * 1e-3) digits++;
  return digits;
}
