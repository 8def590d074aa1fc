import{a as e,c as t,f as n,l as r,o as i,t as a,u as o}from"./lit-64fd5920.js";import{t as s}from"./i18n-f400beab.js";import{n as c,t as l}from"./feed-19ecfc95.js";var u=/* @__PURE__ */ new Map,d=/* @__PURE__ */ new Map,f=9e5,p=4e3;function m(e,t){let n=`${Math.floor(e/f)} ${t}`,r=d.get(n);if(!r){let i=Object.fromEntries(g(t).formatToParts(e).map(({type:e,value:t})=>[e,t]));r={date:`${i.year}-${i.month}-${i.day}`,hour:Number(i.hour)},d.size>=p&&d.clear(),d.set(n,r)}return r}function h(e,t){let n=/* @__PURE__ */ new Date(`${e}T12:00:00Z`);return n.setUTCDate(n.getUTCDate()+t),n.toISOString().slice(0,10)}function g(e){let t=u.get(e);return t||(t=new Intl.DateTimeFormat(`en-CA`,{timeZone:e,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,hourCycle:`h23`}),u.set(e,t)),t}var _={comma_decimal:`en-US`,decimal_comma:`de-DE`,quote_decimal:`de-CH`,space_comma:`fr-FR`,none:`en-US`},v=class{#e;#t;#n;#r;#i;#a=/* @__PURE__ */ new Map;constructor(e,t){this.zone=t,this.#t=e.language,this.#e=_[e.number_format]??this.#t,e.number_format===`system`&&(this.#e=void 0),this.#i=e.number_format!==`none`&&`min2`,this.#n={12:!0,24:!1}[e.time_format];let n={hour:`numeric`,hour12:this.#n},{hour12:r}=new Intl.DateTimeFormat(this.#t,n).resolvedOptions();this.#r=r?`numeric`:`2-digit`}number(e,t=0){if(e==null||!Number.isFinite(e))return`–`;let n={minimumFractionDigits:t,maximumFractionDigits:t};return this.#s(`n${t}`,()=>new Intl.NumberFormat(this.#e,{...n,useGrouping:this.#i})).format(e)}price(e,t=4){return`${this.number(e,t)} €/kWh`}temperature(e,t=0){return`${this.number(e,t)} °C`}percent(e,t=0){return`${this.number(e,t)} %`}time(e){return this.#o(`t`,e,{hour:this.#r,minute:`2-digit`})}hour(e){return this.#o(`h`,e,{hour:`numeric`})}wallHour(e){let t=Date.UTC(2001,0,1,e);return this.#o(`w`,t,{hour:`numeric`},`UTC`)}day(e){let t=`${e}T12:00:00Z`;return`${this.#o(`d`,t,{weekday:`short`},`UTC`)} ${this.#o(`n`,t,{day:`numeric`},`UTC`)}`}longDay(e){return this.#o(`D`,`${e}T12:00:00Z`,{weekday:`long`,day:`numeric`,month:`long`},`UTC`)}dayTime(e){return this.#o(`dt`,e,{weekday:`short`,hour:this.#r,minute:`2-digit`})}date(e){return this.#o(`y`,e,{day:`numeric`,month:`short`,year:`numeric`})}dateTime(e){return this.#o(`DT`,e,{day:`numeric`,month:`short`,hour:this.#r,minute:`2-digit`})}#o(e,t,n,r=this.zone){let i=this.#n===void 0?{}:{hour12:this.#n},a=n.hour&&this.#n===!1?{hourCycle:`h23`}:i;return this.#s(e,()=>new Intl.DateTimeFormat(this.#t,{...n,...a,timeZone:r})).format(new Date(t))}#s(e,t){let n=this.#a.get(e);return n||(n=t(),this.#a.set(e,n)),n}},y;function b(e,t){return(y?.locale!==e.locale||y.zone!==t)&&(y={locale:e.locale,zone:t,format:new v(e.locale,t)}),y.format}var x=n`
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
`,S=e=>e.replaceAll(`_`,`-`),C=e=>e?`var(--cf-${S(e)})`:`var(--cf-unknown)`,w=e=>e?`var(--cf-ink-${S(e)})`:`var(--cf-text)`,T=e=>`var(--cf-mark-${e})`,E=[[80,`very_cheap`],[60,`cheap`],[40,`normal`],[20,`expensive`],[-1/0,`very_expensive`]],D=e=>e===null?null:E.find(([t])=>e>=t)?.[1]??null,O={optimal:`mdi:check-circle`,moderate:`mdi:thumb-up-outline`,reduced:`mdi:arrow-down-circle-outline`,halt:`mdi:hand-back-right`},k=36e5,A=/* @__PURE__ */ new WeakMap;function j(e){let t=A.get(e);return t||(t=N(e),A.set(e,t)),t}function M(e,t){let n=e[e.findLastIndex(e=>e.start<=t)];return n&&t<n.end?n:void 0}function N(e){let t=L(e),n=R(e,new Map(t.map(e=>[e.start,e]))),r=n.some(e=>e.end-e.start<k);return{data:e,slots:n,hours:r?B(n):n,air:t,hasQuarters:r}}function*P(e){for(let[t,n,r]of e){let e=Date.parse(t);for(let t=0;t<r;t++)yield[e+t*n*1e3,e+(t+1)*n*1e3]}}var F=(e,t)=>e[t]??null;function I(e,t){return t===null?null:e[t]??null}function L({air:e}){return[...P(e.time)].map(([t],n)=>({start:t,temperature:F(e.temperature,n),humidity:F(e.humidity,n),roomTemperature:F(e.room_temperature,n),roomHumidity:F(e.room_humidity,n),index:F(e.index,n),heatStress:F(e.heat_stress,n)}))}function R(e,t){let{slots:n,origins:r,levels:i,recommendations:a,zone:o}=e;return[...P(n.time)].map(([s,c],l)=>({start:s,end:c,...m(s,o),price:F(n.price,l),low:F(n.low,l),high:F(n.high,l),origin:r[n.origin[l]??0]??`published`,period:n.period[l]??1,level:I(i,F(n.level,l)),score:F(n.score,l),recommendation:I(a,F(n.recommendation,l)),confidence:F(n.confidence,l),reasons:z(n.reasons[l]??[],e.reasons),air:t.get(s-s%k)}))}function z(e,t){return e.map(e=>t[e]).filter(e=>e!==void 0).map(e=>({key:e,isGood:e.endsWith(`_good`)}))}function B(e){let t=[];for(let n=0;n<e.length;){let r=Math.floor((e[n]?.start??0)/k),i=n+1;for(;i<e.length&&Math.floor((e[i]?.start??0)/k)===r;)i++;t.push(H(e.slice(n,i))),n=i}return t}var V=[`halt`,`reduced`,`moderate`,`optimal`,`very_expensive`,`expensive`,`normal`,`cheap`,`very_cheap`,`forecast`,`estimated`,`published`,`contract`];function H(e){let[t]=e,n=e.at(-1);if(!t||!n)throw Error(`no slots to join`);if(e.length===1)return t;let r=W(e.map(e=>e.recommendation));return{...e.find(e=>e.recommendation===r)??t,start:t.start,end:n.end,hour:t.hour,date:t.date,price:U(e.map(e=>e.price)),low:U(e.map(e=>e.low)),high:U(e.map(e=>e.high)),origin:W(e.map(e=>e.origin))??t.origin,level:W(e.map(e=>e.level)),score:U(e.map(e=>e.score)),recommendation:r,confidence:U(e.map(e=>e.confidence))}}function U(e){let t=e.filter(e=>e!==null);return t.length?t.reduce((e,t)=>e+t,0)/t.length:null}function W(e){let t=/* @__PURE__ */ new Map;for(let n of e)n!==null&&t.set(n,(t.get(n)??0)+1);return[...t].sort(([e,t],[n,r])=>r-t||V.indexOf(e)-V.indexOf(n))[0]?.[0]??null}var G=6e4,K=class extends t{constructor(...e){super(...e),this.preview=!1,this.now=Date.now(),this.#r=!1,this.#d=()=>{document.hidden||(this.#u(),this.#r&&(this.#r=!1,this.requestUpdate(`feed`)))}}#e;#t;#n;#r;connectedCallback(){super.connectedCallback(),document.addEventListener(`visibilitychange`,this.#d),this.#u()}disconnectedCallback(){super.disconnectedCallback(),document.removeEventListener(`visibilitychange`,this.#d),clearTimeout(this.#n),this.#l()}text(e,t){return s(this.hass?.language??`en`,e,t)}stateText(e,t,n){let r=`component.chocolate_factory.entity.sensor.${e}.${n?`state_attributes.${n}.state`:`state`}.${t}`;return this.hass?.localize(r)||t}nameText(e,t){let n=t?`${e}.state_attributes.${t}`:e;return this.hass?.localize(`component.chocolate_factory.entity.sensor.${n}.name`)||e}reasonText(e){return this.stateText(`production_recommendation`,e,`reasons`)}shouldUpdate(e){return document.hidden&&this.hasUpdated?(this.#r=!0,!1):!(e.size===1&&e.has(`hass`)&&this.#s(e.get(`hass`)))}willUpdate(){this.toggleAttribute(`dark`,this.#c()),this.lang=this.hass?.language??`en`;let e=this.config?.factory??``;this.isConnected&&this.hass&&this.#t!==e&&(this.#l(),this.#t=e,this.#e=c(this.hass.connection,e||void 0,e=>{this.feed=e})),this.ariaBusy=this.feed?.message||this.feed?.hasFailed?null:`true`}render(){if(!this.hass||!this.config)return r;let e=this.config.title??this.text(this.heading);return o`<ha-card>
      <div class="heading">
        <h2>${e}</h2>
        ${this.#o()}
      </div>
      ${this.#i()}
    </ha-card>`}#i(){let{feed:e,hass:t}=this,n=e?.message?.dashboard;if(t&&n)return o`<div class="content">
        ${this.content(j(n),b(t,n.zone))}
      </div>`;if(e?.message){let{factories:t}=e.message,n=this.config?.factory;if(!t.length)return this.#a(`state.no_factory`);let r=!n||t.some(({id:e})=>e===n);return this.#a(r?`state.not_loaded`:`state.gone`)}return e?.hasFailed?this.#a(`state.failed`):o`<div class="skeleton" role="status" aria-label=${this.text(`state.loading`)}></div>`}#a(e){return o`<div class="empty" role="status">
      <ha-icon icon="mdi:candy-off-outline" aria-hidden="true"></ha-icon>
      <p>${this.text(e)}</p>
    </div>`}#o(){let e=this.feed?.message?.dashboard;if(!e||!this.hass)return r;let t=l(e,this.now);if(this.feed?.isConnected&&!t)return r;let n=b(this.hass,e.zone).dateTime(e.updated),i=t?`state.stale`:`state.disconnected`;return o`<span class="note" role="status">
      <ha-icon icon="mdi:cloud-off-outline" aria-hidden="true"></ha-icon>
      ${this.text(i,{since:n})}
    </span>`}#s(e){let{hass:t}=this;return e!==void 0&&e.connection===t?.connection&&e.locale===t.locale&&e.language===t.language&&e.localize===t.localize&&e.user===t.user&&e.themes===t.themes}#c(){let e=/^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(this).color);if(!e)return!!this.hass?.themes.darkMode;let[t=0,n=0,r=0]=e.slice(1).map(Number);return .2126*t+.7152*n+.0722*r>128}#l(){this.#e?.(),this.#e=this.#t=void 0}#u(){clearTimeout(this.#n),document.hidden||(this.now=Date.now(),this.#n=setTimeout(()=>this.#u(),G-this.now%G),this.#t===void 0&&this.requestUpdate(`config`))}#d;static{this.styles=[x,n`
      :host {
        display: block;
        height: 100%;
        color: var(--cf-text);
      }
      ha-card {
        display: flex;
        flex-direction: column;
        box-sizing: border-box;
        height: 100%;
        padding: 16px;
        color: inherit;
        font-family: var(--ha-font-family-body, Roboto, sans-serif);
        font-size: var(--ha-font-size-m, 14px);
        line-height: 1.4;
        container-type: inline-size;
      }
      .heading {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 4px 12px;
        margin-bottom: 12px;
      }
      h2 {
        margin: 0;
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .note {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--cf-faint);
        font-size: 12px;
        --mdc-icon-size: 16px;
      }
      .content {
        display: flex;
        flex-direction: column;
        flex: 1;
        min-height: 0;
      }
      ha-card:has(> .skeleton) {
        min-height: var(--cf-place, 0);
        transition: none;
      }
      .skeleton {
        flex: 1;
        min-height: 160px;
        border-radius: 8px;
        background: var(--cf-grid);
        opacity: 0.5;
      }
      .empty {
        flex: 1;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 8px;
        min-height: 160px;
        color: var(--cf-faint);
        text-align: center;
        --mdc-icon-size: 40px;
      }
      .empty p {
        margin: 0;
      }
      .visually-hidden {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
      }
    `]}};a([i({attribute:!1})],K.prototype,`hass`,void 0),a([i({attribute:!1})],K.prototype,`config`,void 0),a([i({attribute:!1})],K.prototype,`preview`,void 0),a([e()],K.prototype,`now`,void 0),a([e()],K.prototype,`feed`,void 0);export{w as a,h as c,C as i,m as l,M as n,T as o,O as r,D as s,K as t};