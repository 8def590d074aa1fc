import{a as e,c as t,f as n,l as r,o as i,s as a,t as o,u as s}from"./lit-64fd5920.js";import{n as c}from"./feed-19ecfc95.js";import{t as l}from"./i18n-f400beab.js";import{t as u}from"./tag-b0dd454e.js";var d=`chocolate-week`,f=3e3,p=e=>d in(e.panels??{});async function m(e,t){(await e.callWS({type:`lovelace/dashboards/list`})).some(e=>e.url_path===d)||(await e.callWS({type:`lovelace/dashboards/create`,url_path:d,title:t,icon:`mdi:candy-outline`,show_in_sidebar:!0,require_admin:!1}),await e.callWS({type:`lovelace/config/save`,url_path:d,config:{strategy:{type:`custom:chocolate-factory`}}})),await g(),h(`/${d}`)}function h(e){history.pushState(null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:!1}}))}async function g(){let e=document.querySelector(`home-assistant`),t=Date.now()+f;for(;e?.hass&&!p(e.hass)&&Date.now()<t;)await new Promise(e=>setTimeout(e,50))}var _=`chocolate-factory-panel`,v=`/config/integrations/integration/chocolate_factory`,y=[[`now`,`prices`],[`week`],[`comfort`,`health`]],b=class extends t{constructor(...e){super(...e),this.narrow=!1,this.wanted=x(),this.isAdding=!1,this.failure=``,this.factories=[],this.#e=/* @__PURE__ */ new Map,this.#p=async()=>{if(this.hass){this.isAdding=!0,this.failure=``;try{await m(this.hass,this.#o(`panel.dashboard`))}catch(e){let{message:t=``}=e;this.failure=`${this.#o(`panel.not_added`)} ${t}`}finally{this.isAdding=!1}}}}#e;#t;#n;#r;connectedCallback(){super.connectedCallback(),this.requestUpdate()}disconnectedCallback(){super.disconnectedCallback(),this.#n?.(),this.#n=void 0}willUpdate(){if(this.hass&&this.isConnected){this.lang=this.hass.language,this.#i(),this.feed?.message&&this.wanted&&!this.#a(this.wanted)&&(this.#f(void 0),this.#i());for(let e of this.#e.values())e.hass=this.hass}}#i(){this.#n&&this.#r===this.wanted||(this.#n?.(),this.#r=this.wanted,this.#n=c(this.hass.connection,this.wanted,e=>{this.feed=e,this.factories=e.message?.factories??this.factories}))}#a(e){return this.factories.some(({id:t})=>t===e)}#o(e){return l(this.hass?.language??`en`,e)}render(){if(!this.hass)return r;let e=this.feed?.message&&!this.factories.length,t=p(this.hass)?`panel.open`:`panel.add`;return s`
      <header>
        ${this.#s()}
        <h1 class=${this.factories.length>1?`given-way`:``}>${this.#o(`panel.title`)}</h1>
        ${this.#c()}
        ${this.hass.user?.is_admin&&!e?s`<button
                type="button"
                class="add"
                ?disabled=${this.isAdding}
                aria-label=${this.#o(t)}
                title=${this.#o(`panel.add_help`)}
                @click=${this.#p}
              >
                <ha-icon icon="mdi:view-dashboard-outline" aria-hidden="true"></ha-icon>
                <span>${this.#o(t)}</span>
              </button>`:r}
      </header>
      <main>
        <p class="failure" role="alert" ?hidden=${!this.failure}>${this.failure}</p>
        ${e?this.#d():this.#l()}
      </main>
    `}#s(){return customElements.get(`ha-menu-button`)?s`<ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>`:this.narrow?s`<button
          type="button"
          aria-label=${this.#o(`panel.menu`)}
          @click=${()=>this.dispatchEvent(new Event(`hass-toggle-menu`,{bubbles:!0,composed:!0}))}
        >
          <ha-icon icon="mdi:menu" aria-hidden="true"></ha-icon>
        </button>`:s`<span class="indent"></span>`}#c(){if(this.factories.length<2)return r;let e=this.wanted??this.factories[0]?.id;return s`<select
      aria-label=${this.#o(`panel.choose`)}
      @change=${({target:e})=>this.#f(e.value)}
    >
      ${this.factories.map(({id:t,title:n})=>s`<option value=${t} ?selected=${t===e}>${n}</option>`)}
    </select>`}#l(){return s`<div class="columns">
      ${y.map(e=>s`<div>${e.map(e=>this.#u(e))}</div>`)}
    </div>`}#u(e){let t=this.#e.get(e);return t&&this.#t===this.wanted||(this.#t!==this.wanted&&this.#e.clear(),this.#t=this.wanted,t=Object.assign(document.createElement(u(e)),{className:e}),t.setConfig({type:`custom:${u(e)}`,...this.wanted===void 0?{}:{factory:this.wanted}}),this.#e.set(e,t)),t.hass=this.hass,t}#d(){return s`<div class="empty">
      <ha-icon icon="mdi:candy-outline" aria-hidden="true"></ha-icon>
      <h2>${this.#o(`panel.empty`)}</h2>
      ${this.hass?.user?.is_admin?s`<p>${this.#o(`panel.empty_admin`)}</p>
              <a
                href=${v}
                @click=${e=>{e.ctrlKey||e.metaKey||e.shiftKey||(e.preventDefault(),h(v))}}
                >${this.#o(`panel.set_up`)}</a
              >`:s`<p>${this.#o(`panel.empty_reader`)}</p>`}
    </div>`}#f(e){this.wanted=e,e?localStorage.setItem(_,e):localStorage.removeItem(_)}#p;static{this.styles=n`
    :host {
      display: block;
      min-height: 100vh;
      background: var(--primary-background-color, #fafafa);
      color: var(--primary-text-color, #212121);
      font-family: var(--ha-font-family-body, Roboto, sans-serif);
      font-size: var(--ha-font-size-m, 14px);
      container-type: inline-size;
    }
    header {
      position: sticky;
      top: 0;
      z-index: 4;
      display: flex;
      align-items: center;
      gap: 8px;
      box-sizing: border-box;
      height: calc(var(--header-height, 56px) + var(--safe-area-inset-top, 0px));
      padding: var(--safe-area-inset-top, 0px) calc(12px + var(--safe-area-inset-right, 0px)) 0
        calc(4px + var(--safe-area-inset-left, 0px));
      border-bottom: var(--app-header-border-bottom, none);
      color: var(--app-header-text-color, #fff);
      background: var(--app-header-background-color, var(--primary-color, #009ac7));
    }
    h1 {
      flex: 1;
      min-width: 0;
      margin: 0;
      overflow: hidden;
      font-size: var(--ha-font-size-xl, 20px);
      font-weight: var(--ha-font-weight-normal, 400);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    :host(:not([narrow])) h1,
    .indent {
      margin-inline-start: 12px;
    }
    button,
    select {
      display: flex;
      align-items: center;
      gap: 8px;
      height: 40px;
      padding: 0 12px;
      border: 1px solid currentcolor;
      border-radius: 20px;
      font: inherit;
      font-weight: var(--ha-font-weight-medium, 500);
      color: inherit;
      background: none;
      cursor: pointer;
      --mdc-icon-size: 20px;
    }
    button {
      border-color: transparent;
    }
    button:hover {
      background: color-mix(in srgb, currentcolor 10%, transparent);
    }
    select {
      max-width: 40%;
    }
    option {
      color: var(--primary-text-color, #212121);
      background: var(--card-background-color, #fff);
    }
    button:focus-visible,
    select:focus-visible,
    a:focus-visible {
      outline: 2px solid currentcolor;
      outline-offset: 2px;
    }
    main {
      padding: 16px;
      padding-inline: calc(16px + var(--safe-area-inset-left, 0px))
        calc(16px + var(--safe-area-inset-right, 0px));
      padding-bottom: calc(16px + var(--safe-area-inset-bottom, 0px));
    }
    .failure {
      margin: 0 0 16px;
      padding: 12px 16px;
      border-radius: 12px;
      border: 1px solid var(--error-color, #b3261e);
    }
    .columns {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      align-items: start;
      gap: 16px;
      max-width: 1680px;
      margin: 0 auto;
    }
    .columns > div {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 16px;
    }
    .columns > div > * {
      display: block;
    }
    @container (width < 1080px) {
      .columns {
        grid-template-columns: repeat(2, minmax(0, 1fr));
        /* The week fills the height of its neighbours. */
        align-items: stretch;
      }
      .columns > div:last-child {
        display: contents;
      }
    }
    @container (width < 720px) {
      main {
        padding: 8px;
        padding-bottom: calc(8px + var(--safe-area-inset-bottom, 0px));
      }
      .columns {
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
      }
      .columns > div {
        display: contents;
      }
      .now {
        order: 1;
      }
      .week {
        order: 2;
      }
      .prices {
        order: 3;
      }
      .comfort {
        order: 4;
      }
      .health {
        order: 5;
      }
    }
    @container (width < 560px) {
      .add span {
        display: none;
      }
      .add {
        padding: 0 10px;
      }
    }
    @container (width < 480px) {
      .given-way {
        position: absolute;
        width: 1px;
        height: 1px;
        clip-path: inset(50%);
      }
      select {
        flex: 1;
        max-width: none;
        min-width: 0;
      }
    }
    .empty {
      display: grid;
      justify-items: center;
      align-content: center;
      gap: 12px;
      min-height: 60vh;
      text-align: center;
      --mdc-icon-size: 64px;
    }
    .empty ha-icon {
      color: var(--secondary-text-color, #5f5f5f);
    }
    .empty h2,
    .empty p {
      max-width: 40ch;
      margin: 0;
    }
    .empty p {
      color: var(--secondary-text-color, #5f5f5f);
    }
    .empty a {
      padding: 12px 24px;
      border-radius: 24px;
      font-weight: var(--ha-font-weight-medium, 500);
      text-decoration: none;
      color: var(--primary-background-color, #fff);
      background: var(--primary-text-color, #212121);
    }
  `}};o([i({attribute:!1})],b.prototype,`hass`,void 0),o([i({type:Boolean,reflect:!0})],b.prototype,`narrow`,void 0),o([e()],b.prototype,`feed`,void 0),o([e()],b.prototype,`wanted`,void 0),o([e()],b.prototype,`isAdding`,void 0),o([e()],b.prototype,`failure`,void 0),o([e()],b.prototype,`factories`,void 0),b=o([a(`chocolate-factory-panel-content`)],b);function x(){return localStorage.getItem(_)??void 0}export{b as Panel};