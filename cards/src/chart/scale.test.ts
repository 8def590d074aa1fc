import { describe, expect, it } from "vitest";
import { niceAxis, Scale } from "./scale";

describe("a scale", () => {
  it("goes from values to pixels and back, upside down as well", () => {
    const y = new Scale(0, 10, 200, 100);
    expect(y.at(0)).toBe(200);
    expect(y.at(7.5)).toBe(125);
    expect(y.value(125)).toBe(7.5);
  });

  it("puts a lonely value at its start", () => {
    const x = new Scale(5, 5, 10, 90);
    expect(x.at(5)).toBe(10);
    expect(x.value(40)).toBe(5);
  });
});

describe("an axis", () => {
  it.each([
    [0, 0.2326, 5, [0, 0.05, 0.1, 0.15, 0.2, 0.25], 2],
    [-0.03, 0.11, 4, [-0.05, 0, 0.05, 0.1, 0.15], 2],
    [0, 65, 3, [0, 25, 50, 75], 0],
    [17, 23, 4, [16, 18, 20, 22, 24], 0],
    [0, 0, 4, [0, 0.25], 2],
  ])("from %d to %d in %i steps has round numbers", (lowest, highest, most, ticks, digits) => {
    expect(niceAxis(lowest, highest, most)).toEqual({
      from: ticks[0],
      to: ticks.at(-1),
      ticks,
      digits,
    });
  });

  it("never says minus zero", () => {
    for (const tick of niceAxis(-0.1, 0.1, 4).ticks) expect(Object.is(tick, -0)).toBe(false);
  });
});
