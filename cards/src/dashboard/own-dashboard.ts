/** A dashboard of the user's own that our strategy fills. */

import type { Hass } from "../hass";

const URL_PATH = "chocolate-week";
const PATIENCE = 3_000;

interface Listed {
  url_path: string;
}

export const hasDashboard = (hass: Hass): boolean => URL_PATH in (hass.panels ?? {});

/** Make the dashboard unless there is one, and go there. */
export async function openDashboard(hass: Hass, title: string): Promise<void> {
  const all = await hass.callWS<Listed[]>({ type: "lovelace/dashboards/list" });
  if (!all.some((one) => one.url_path === URL_PATH)) {
    await hass.callWS({
      type: "lovelace/dashboards/create",
      url_path: URL_PATH,
      title,
      icon: "mdi:candy-outline",
      show_in_sidebar: true,
      require_admin: false,
    });
    await hass.callWS({
      type: "lovelace/config/save",
      url_path: URL_PATH,
      config: { strategy: { type: "custom:chocolate-factory" } },
    });
  }
  await isThere();
  navigate(`/${URL_PATH}`);
}

export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
}

/** The page hears of new dashboards a moment later, and until then knows no such address. */
async function isThere(): Promise<void> {
  const root = document.querySelector<Element & { hass?: Hass }>("home-assistant");
  const end = Date.now() + PATIENCE;
  while (root?.hass && !hasDashboard(root.hass) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
