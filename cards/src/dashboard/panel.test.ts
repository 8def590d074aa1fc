import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import { type Far, factories, far } from "../testing/far-hass";
import { Panel } from "./panel";

class StandIn extends HTMLElement {
  config?: Record<string, unknown>;
  setConfig(config: Record<string, unknown>) {
    this.config = config;
  }
}
for (const key of ["now", "week", "prices", "comfort", "health"]) {
  customElements.define(`chocolate-factory-${key}-card`, class extends StandIn {});
}

const tick = () => new Promise((resolve) => setTimeout(resolve));

describe("the panel", () => {
  let home: Far;
  let panel: Panel;

  const one = (selector: string) => panel.shadowRoot?.querySelector<HTMLElement>(selector);
  const cards = () => [
    ...(panel.shadowRoot?.querySelectorAll<StandIn>(".columns > div > *") ?? []),
  ];
  const shown = () => new Set(cards().map(({ config }) => config?.factory));

  async function show(message: Message, isAdmin = true) {
    home = far(message, isAdmin);
    panel = new Panel();
    panel.hass = home.hass;
    document.body.append(panel);
    await tick();
    await tick();
  }
  const both = (): Message => ({
    factories: factories("Obrador", "Tienda"),
    dashboard: dashboard(),
  });

  beforeEach(() => localStorage.clear());
  afterEach(() => panel.remove());

  it("shows every card once, of the first factory", async () => {
    await show({ factories: factories("Obrador"), dashboard: dashboard() });
    expect(cards().map(({ localName }) => localName.split("-")[2])).toEqual([
      "now",
      "prices",
      "week",
      "comfort",
      "health",
    ]);
    expect(shown()).toEqual(new Set([undefined]));
    expect(one("select")).toBeNull();
  });

  it("remembers which of several factories was looked at", async () => {
    await show(both());
    const select = one("select") as HTMLSelectElement;
    select.value = "tienda";
    select.dispatchEvent(new Event("change"));
    await tick();
    expect(shown()).toEqual(new Set(["tienda"]));
    panel.remove();
    await show(both());
    expect(shown()).toEqual(new Set(["tienda"]));
    expect(home.asked).toEqual(["tienda"]);
  });

  it("goes back to the first factory when the one it remembers is gone", async () => {
    localStorage.setItem("chocolate-factory-panel", "sold");
    await show(both());
    expect(shown()).toEqual(new Set([undefined]));
    expect(home.asked).toEqual(["sold", undefined]);
    expect(localStorage.getItem("chocolate-factory-panel")).toBeNull();
  });

  it("makes a dashboard in one click, and goes there", async () => {
    await show(both());
    const panels = home.hass.panels ?? {};
    vi.mocked(home.hass.callWS).mockImplementation(async ({ type }) => {
      if (type === "lovelace/dashboards/create") panels["chocolate-week"] = {};
      return [] as never;
    });
    const moved = vi.fn();
    window.addEventListener("location-changed", moved, { once: true });
    one(".add")?.click();
    await vi.waitFor(() => expect(moved).toHaveBeenCalled());
    const asked = vi.mocked(home.hass.callWS).mock.calls.map(([command]) => command);
    expect(asked).toMatchObject([
      { type: "lovelace/dashboards/list" },
      { type: "lovelace/dashboards/create", url_path: "chocolate-week" },
      {
        type: "lovelace/config/save",
        url_path: "chocolate-week",
        config: { strategy: { type: "custom:chocolate-factory" } },
      },
    ]);
    expect(location.pathname).toBe("/chocolate-week");
  });

  it("only goes to a dashboard that is there", async () => {
    await show(both());
    vi.mocked(home.hass.callWS).mockResolvedValue([{ url_path: "chocolate-week" }]);
    one(".add")?.click();
    await tick();
    expect(home.hass.callWS).toHaveBeenCalledOnce();
  });

  it("says why a dashboard could not be made", async () => {
    await show(both());
    vi.mocked(home.hass.callWS).mockRejectedValue({ message: "YAML mode" });
    one(".add")?.click();
    await tick();
    expect(one("[role=alert]")?.textContent).toContain("YAML mode");
  });

  it("offers no dashboard to those who may not make one", async () => {
    await show(both(), false);
    expect(one(".add")).toBeNull();
    expect(cards()).toHaveLength(5);
  });

  it("leads admins to the set-up while there is no factory, and nobody else", async () => {
    await show({ factories: [], dashboard: null });
    expect(one("a")?.getAttribute("href")).toContain("/config/integrations");
    panel.remove();
    await show({ factories: [], dashboard: null }, false);
    expect(one("a")).toBeNull();
    expect(one("h2")).not.toBeNull();
  });
});
