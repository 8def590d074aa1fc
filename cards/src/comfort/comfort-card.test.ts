import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ComfortCardConfig } from "../cards";
import { show as showCard } from "../chart/testing";
import type { Dashboard } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import "./comfort-card";

const show = (hours: 24 | 48 = 48, data = dashboard()) =>
  showCard<ComfortCardConfig>("chocolate-factory-comfort-card-content", { hours }, data);
const inFog = (): Dashboard => {
  const data = dashboard();
  const nothing = data.air.temperature.map(() => null);
  const air = { temperature: nothing, humidity: nothing, index: nothing, heat_stress: nothing };
  const rooms = { room_temperature: nothing, room_humidity: nothing };
  const steps = data.comfort.steps.map((step) => ({ ...step, possible: step.possible && nothing }));
  return { ...data, air: { ...data.air, ...air, ...rooms }, comfort: { now: null, steps } };
};

describe("the card of comfort", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-08-05T10:00:00Z"), toFake: ["Date"] });
  });
  afterEach(() => {
    document.body.replaceChildren();
    vi.useRealTimers();
  });

  it("tells how the air in the room is now, and how that is known", async () => {
    const { text, push } = await show();
    expect(text(".figures")).toBe(
      "Room now 24.5 °C estimated from outdoors Humidity 41 % Dew point 10.4 °C " +
        "Chocolate index 44 / 100 Heat stress 25 %",
    );
    const data = dashboard();
    const { now } = data.comfort;
    if (!now) throw new Error("no air");
    await push({ ...data, comfort: { ...data.comfort, now: { ...now, is_measured: true } } });
    expect(text(".figures .first")).toBe("Room now 24.5 °C measured");
    expect(text(".basis")).toMatch(/^Now measured in the room/);
  });

  it("tells of each step when the air allows it today and tomorrow", async () => {
    const { text } = await show();
    expect(text(".steps li:first-child")).toBe(
      "Tempering, moulding, enrobing 18–22 °C, up to 55 % " +
        "Wednesday 5 August: no longer Thursday 6 August: 00:00–09:00",
    );
    expect(text(".steps li:last-child")).toBe("Roasting, grinding, conching any air always");
  });

  it("draws room and outdoors against what the work wants, for one day or two", async () => {
    const { root } = await show();
    for (const name of ["temperature", "outdoors", "humidity"]) {
      expect(root.querySelector(`.chart path.line.${name}`)?.getAttribute("d")).toMatch(/^M/);
    }
    expect(root.querySelectorAll(".chart .good")).toHaveLength(2);
    expect(root.querySelectorAll(".chart .limit")).toHaveLength(3);
    expect(root.querySelector("input")?.max).toBe("47");
    expect((await show(24)).root.querySelector("input")?.max).toBe("23");
  });

  it("goes from hour to hour with keys, in charts and strips alike", async () => {
    const { card, root, text } = await show();
    const control = root.querySelector("input");
    if (!control) throw new Error("no control");
    control.value = "20";
    control.dispatchEvent(new Event("input"));
    await card.updateComplete;
    expect(text(".tip")).toBe(
      "Wed 5, 20:00–21:00 26.7 °C · 50 % outdoors 28 °C chocolate index 80 " +
        "✕ Tempering, moulding, enrobing",
    );
    expect(control.getAttribute("aria-valuetext")).toBe(
      "Wednesday 5 August, 20:00–21:00, room 26.7 °C, 50 %, outdoors 28 °C, " +
        "chocolate index 80, not possible: Tempering, moulding, enrobing",
    );
    expect(root.querySelectorAll(".strip .here")).toHaveLength(2);
  });

  it("says that the weather is not known, and of which steps it does not matter", async () => {
    const { root, text } = await show(48, inFog());
    expect(text(".nothing")).toBe("The weather is not known yet.");
    expect(text(".none")).toBe("Nothing is known of the air in the room now.");
    expect(text(".steps li:first-child")).toContain("not known");
    expect(text(".steps li:last-child")).toContain("always");
    expect(root.querySelector("input")).toBeNull();
  });
});
