import{a as e,c as t,i as n,n as r,o as i,r as a,s as o,t as s}from"./lit-d29806e2.js";import{t as c}from"./i18n-76804829.js";var l=1e3,u=3e4,ee=39e5,d=(e,t)=>t-Date.parse(e.updated)>ee,f=class{#e;#t=/* @__PURE__ */ new Set;#n;#r;#i=l;constructor(e,t){this.connection=e,this.factory=t,this.#e={hasFailed:!1,isConnected:e.connected}}get isIdle(){return!this.#t.size}add(e){this.#t.add(e),e(this.#e),this.#t.size>1||(this.connection.addEventListener(`ready`,this.#a),this.connection.addEventListener(`disconnected`,this.#o),this.#s())}remove(e){this.#t.delete(e),this.isIdle&&(clearTimeout(this.#r),this.connection.removeEventListener(`ready`,this.#a),this.connection.removeEventListener(`disconnected`,this.#o),this.#c())}#a=()=>{this.#l({isConnected:!0}),this.#s()};#o=()=>{this.#n=void 0,this.#l({isConnected:!1})};#s(){clearTimeout(this.#r);let e={type:`chocolate_factory/outlook`},t=this.connection.subscribeMessage(e=>this.#l({message:e,hasFailed:!1,isConnected:!0}),this.factory?{...e,config_entry_id:this.factory}:e,{resubscribe:!1});this.#n=t,t.then(()=>{this.#i=l},()=>{this.#n===t&&(this.#n=void 0),this.isIdle||(this.#l({hasFailed:!0}),this.#r=setTimeout(()=>this.#s(),this.#i),this.#i=Math.min(this.#i*2,u))})}async#c(){let e=this.#n;this.#n=void 0;try{await(await e)?.()}catch{}}#l(e){this.#e={...this.#e,...e};for(let e of this.#t)e(this.#e)}},p=/* @__PURE__ */ new WeakMap;function m(e,t,n){let r=p.get(e)??/* @__PURE__ */ new Map;p.set(e,r);let i=t??``,a=r.get(i)??new f(e,t);return r.set(i,a),a.add(n),()=>{a.remove(n),a.isIdle&&r.get(i)===a&&r.delete(i)}}var h={comma_decimal:`en-US`,decimal_comma:`de-DE`,quote_decimal:`de-CH`,space_comma:`fr-FR`,none:`en-US`},g=class{#e;#t;#n;#r;#i=/* @__PURE__ */ new Map;constructor(e,t){this.zone=t,this.#t=e.language,this.#e=h[e.number_format]??this.#t,e.number_format===`system`&&(this.#e=void 0),this.#r=e.number_format!==`none`&&`min2`,this.#n={12:!0,24:!1}[e.time_format]}number(e,t=0){if(e==null||!Number.isFinite(e))return`–`;let n={minimumFractionDigits:t,maximumFractionDigits:t};return this.#o(`n${t}`,()=>new Intl.NumberFormat(this.#e,{...n,useGrouping:this.#r})).format(e)}price(e,t=4){return`${this.number(e,t)} €/kWh`}temperature(e,t=0){return`${this.number(e,t)} °C`}percent(e,t=0){return`${this.number(e,t)} %`}time(e){return this.#a(`t`,e,{hour:`2-digit`,minute:`2-digit`})}hour(e){return this.#a(`h`,e,{hour:`numeric`})}wallHour(e){let t=Date.UTC(2001,0,1,e);return this.#a(`w`,t,{hour:`numeric`},`UTC`)}day(e){return this.#a(`d`,`${e}T12:00:00Z`,{weekday:`short`,day:`numeric`},`UTC`)}longDay(e){return this.#a(`D`,`${e}T12:00:00Z`,{weekday:`long`,day:`numeric`,month:`long`},`UTC`)}dayTime(e){return this.#a(`dt`,e,{weekday:`short`,hour:`2-digit`,minute:`2-digit`})}dateTime(e){return this.#a(`DT`,e,{day:`numeric`,month:`short`,hour:`2-digit`,minute:`2-digit`})}#a(e,t,n,r=this.zone){let i=this.#n===void 0?{}:{hour12:this.#n},a=n.hour&&this.#n===!1?{hourCycle:`h23`}:i;return this.#o(e,()=>new Intl.DateTimeFormat(this.#t,{...n,...a,timeZone:r})).format(new Date(t))}#o(e,t){let n=this.#i.get(e);return n||(n=t(),this.#i.set(e,n)),n}},_;function v(e,t){return(_?.locale!==e.locale||_.zone!==t)&&(_={locale:e.locale,zone:t,format:new g(e.locale,t)}),_.format}var te=t`
  :host {
    --cf-optimal: var(--chocolate-factory-optimal, #0f7b70);
    --cf-moderate: var(--chocolate-factory-moderate, #8fd0c6);
    --cf-reduced: var(--chocolate-factory-reduced, #f0b94e);
    --cf-halt: var(--chocolate-factory-halt, #a8341f);
    --cf-ink-optimal: #ffffff;
    --cf-ink-moderate: #10312d;
    --cf-ink-reduced: #3a2700;
    --cf-ink-halt: #ffffff;

    --cf-mark-optimal: #0f7b70;
    --cf-mark-moderate: #3a7a72;
    --cf-mark-reduced: #8a5d00;
    --cf-mark-halt: #a8341f;

    --cf-very-cheap: var(--chocolate-factory-very-cheap, #1f8f83);
    --cf-cheap: var(--chocolate-factory-cheap, #9ad6cd);
    --cf-normal: var(--chocolate-factory-normal, #e9e3d6);
    --cf-expensive: var(--chocolate-factory-expensive, #eab45a);
    --cf-very-expensive: var(--chocolate-factory-very-expensive, #a85a1a);
    --cf-ink-very-cheap: #ffffff;
    --cf-ink-cheap: #10312d;
    --cf-ink-normal: #3b3427;
    --cf-ink-expensive: #3a2700;
    --cf-ink-very-expensive: #ffffff;

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
    --cf-ink-optimal: #04211d;
    --cf-ink-moderate: #dff5f1;
    --cf-ink-reduced: #2b1c00;
    --cf-ink-halt: #1f0500;

    --cf-mark-optimal: #35b8a8;
    --cf-mark-moderate: #86c9bf;
    --cf-mark-reduced: #e3ad4d;
    --cf-mark-halt: #f28a74;

    --cf-very-cheap: var(--chocolate-factory-very-cheap, #2aa597);
    --cf-cheap: var(--chocolate-factory-cheap, #1e5f58);
    --cf-normal: var(--chocolate-factory-normal, #4a453c);
    --cf-expensive: var(--chocolate-factory-expensive, #a06d1d);
    --cf-very-expensive: var(--chocolate-factory-very-expensive, #e58a3c);
    --cf-ink-very-cheap: #04211d;
    --cf-ink-cheap: #dff5f1;
    --cf-ink-normal: #f1ece2;
    --cf-ink-expensive: #ffffff;
    --cf-ink-very-expensive: #2b1300;

    --cf-line: var(--chocolate-factory-line, #d9a679);
    --cf-humidity: var(--chocolate-factory-humidity, #64b1e4);
    --cf-temperature: var(--chocolate-factory-temperature, #f0925a);
  }
`,y=e=>e.replaceAll(`_`,`-`),b=e=>e?`var(--cf-${y(e)})`:`var(--cf-unknown)`,x=e=>e?`var(--cf-ink-${y(e)})`:`var(--cf-text)`,S=e=>`var(--cf-mark-${e})`,ne=[[80,`very_cheap`],[60,`cheap`],[40,`normal`],[20,`expensive`],[-1/0,`very_expensive`]],re=e=>e===null?null:ne.find(([t])=>e>=t)?.[1]??null,C={optimal:`mdi:check-circle`,moderate:`mdi:thumb-up-outline`,reduced:`mdi:arrow-down-circle-outline`,halt:`mdi:hand-back-right`},w=/* @__PURE__ */ new Map,T=/* @__PURE__ */ new Map,E=9e5,D=4e3;function O(e,t){let n=`${Math.floor(e/E)} ${t}`,r=T.get(n);if(!r){let i=Object.fromEntries(ie(t).formatToParts(e).map(({type:e,value:t})=>[e,t]));r={date:`${i.year}-${i.month}-${i.day}`,hour:Number(i.hour)},T.size>=D&&T.clear(),T.set(n,r)}return r}function k(e,t){let n=/* @__PURE__ */ new Date(`${e}T12:00:00Z`);return n.setUTCDate(n.getUTCDate()+t),n.toISOString().slice(0,10)}function ie(e){let t=w.get(e);return t||(t=new Intl.DateTimeFormat(`en-CA`,{timeZone:e,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,hourCycle:`h23`}),w.set(e,t)),t}var A=36e5,j=/* @__PURE__ */ new WeakMap;function ae(e){let t=j.get(e);return t||(t=N(e),j.set(e,t)),t}function M(e,t){let n=e[e.findLastIndex(e=>e.start<=t)];return n&&t<n.end?n:void 0}function N(e){let t=L(e),n=R(e,new Map(t.map(e=>[e.start,e]))),r=n.some(e=>e.end-e.start<A);return{data:e,slots:n,hours:r?B(n):n,air:t,hasQuarters:r}}function*P(e){for(let[t,n,r]of e){let e=Date.parse(t);for(let t=0;t<r;t++)yield[e+t*n*1e3,e+(t+1)*n*1e3]}}var F=(e,t)=>e[t]??null;function I(e,t){return t===null?null:e[t]??null}function L({air:e}){return[...P(e.time)].map(([t],n)=>({start:t,temperature:F(e.temperature,n),humidity:F(e.humidity,n),roomTemperature:F(e.room_temperature,n),roomHumidity:F(e.room_humidity,n),index:F(e.index,n),heatStress:F(e.heat_stress,n)}))}function R(e,t){let{slots:n,origins:r,levels:i,recommendations:a,zone:o}=e;return[...P(n.time)].map(([s,c],l)=>({start:s,end:c,...O(s,o),price:F(n.price,l),low:F(n.low,l),high:F(n.high,l),origin:r[n.origin[l]??0]??`published`,period:n.period[l]??1,level:I(i,F(n.level,l)),score:F(n.score,l),recommendation:I(a,F(n.recommendation,l)),confidence:F(n.confidence,l),reasons:z(n.reasons[l]??[],e.reasons),air:t.get(s-s%A)}))}function z(e,t){let n=[];for(let r=0;r+1<e.length;r+=2){let i=t[e[r]??-1];i!==void 0&&n.push({key:i,effect:e[r+1]??0})}return n}function B(e){let t=[];for(let n=0;n<e.length;){let r=Math.floor((e[n]?.start??0)/A),i=n+1;for(;i<e.length&&Math.floor((e[i]?.start??0)/A)===r;)i++;t.push(H(e.slice(n,i))),n=i}return t}var V=[`halt`,`reduced`,`moderate`,`optimal`,`very_expensive`,`expensive`,`normal`,`cheap`,`very_cheap`,`forecast`,`estimated`,`published`,`contract`];function H(e){let[t]=e,n=e.at(-1);if(!t||!n)throw Error(`no slots to join`);if(e.length===1)return t;let r=W(e.map(e=>e.recommendation));return{...e.find(e=>e.recommendation===r)??t,start:t.start,end:n.end,hour:t.hour,date:t.date,price:U(e.map(e=>e.price)),low:U(e.map(e=>e.low)),high:U(e.map(e=>e.high)),origin:W(e.map(e=>e.origin))??t.origin,level:W(e.map(e=>e.level)),score:U(e.map(e=>e.score)),recommendation:r,confidence:U(e.map(e=>e.confidence))}}function U(e){let t=e.filter(e=>e!==null);return t.length?t.reduce((e,t)=>e+t,0)/t.length:null}function W(e){let t=/* @__PURE__ */ new Map;for(let n of e)n!==null&&t.set(n,(t.get(n)??0)+1);return[...t].sort(([e,t],[n,r])=>r-t||V.indexOf(e)-V.indexOf(n))[0]?.[0]??null}var G=6e4,K=class extends e{constructor(...e){super(...e),this.preview=!1,this.now=Date.now(),this.#r=!1,this.#u=()=>{document.hidden||(this.#l(),this.#r&&(this.#r=!1,this.requestUpdate()))}}#e;#t;#n;#r;connectedCallback(){super.connectedCallback(),document.addEventListener(`visibilitychange`,this.#u),this.#l()}disconnectedCallback(){super.disconnectedCallback(),document.removeEventListener(`visibilitychange`,this.#u),clearTimeout(this.#n),this.#c()}text(e,t){return c(this.hass?.language??`en`,e,t)}stateText(e,t,n){let r=`component.chocolate_factory.entity.sensor.${e}.${n?`state_attributes.${n}.state`:`state`}.${t}`;return this.hass?.localize(r)||t}reasonText(e){return this.stateText(`production_recommendation`,e,`reasons`)}shouldUpdate(e){return document.hidden&&this.hasUpdated?(this.#r=!0,!1):!(e.size===1&&e.has(`hass`)&&this.#s(e.get(`hass`)))}willUpdate(){this.toggleAttribute(`dark`,!!this.hass?.themes.darkMode),this.lang=this.hass?.language??`en`;let e=this.config?.factory??``;this.isConnected&&this.hass&&this.#t!==e&&(this.#c(),this.#t=e,this.#e=m(this.hass.connection,e||void 0,e=>{this.feed=e}))}render(){if(!this.hass||!this.config)return i;let e=this.config.title??this.text(this.heading);return o`<ha-card>
      <header>
        <h2>${e}</h2>
        ${this.#o()}
      </header>
      ${this.#i()}
    </ha-card>`}#i(){let{feed:e,hass:t}=this,n=e?.message?.dashboard;if(t&&n)return o`<div class="content">
        ${this.content(ae(n),v(t,n.zone))}
      </div>`;if(e?.message){let{factories:t}=e.message;return this.#a(t.length?`state.not_loaded`:`state.no_factory`)}return e?.hasFailed?this.#a(`state.failed`):o`<div class="skeleton" role="status" aria-label=${this.text(`state.loading`)}></div>`}#a(e){return o`<div class="empty" role="status">
      <ha-icon icon="mdi:candy-off-outline" aria-hidden="true"></ha-icon>
      <p>${this.text(e)}</p>
    </div>`}#o(){let e=this.feed?.message?.dashboard;if(!e||!this.hass)return i;let t=d(e,this.now);if(this.feed?.isConnected&&!t)return i;let n=v(this.hass,e.zone).dateTime(e.updated),r=t?`state.stale`:`state.disconnected`;return o`<span class="note" role="status">
      <ha-icon icon="mdi:cloud-off-outline" aria-hidden="true"></ha-icon>
      ${this.text(r,{since:n})}
    </span>`}#s(e){let{hass:t}=this;return e!==void 0&&e.connection===t?.connection&&e.locale===t.locale&&e.language===t.language&&e.localize===t.localize&&e.user===t.user&&e.themes.darkMode===t.themes.darkMode}#c(){this.#e?.(),this.#e=this.#t=void 0}#l(){clearTimeout(this.#n),document.hidden||(this.now=Date.now(),this.#n=setTimeout(()=>this.#l(),G-this.now%G),this.#t===void 0&&this.requestUpdate())}#u;static{this.styles=[te,t`
      :host {
        display: block;
        height: 100%;
      }
      ha-card {
        display: flex;
        flex-direction: column;
        box-sizing: border-box;
        height: 100%;
        padding: 16px;
        color: var(--cf-text);
        font-family: var(--ha-font-family-body, Roboto, sans-serif);
        font-size: var(--ha-font-size-m, 14px);
        line-height: 1.4;
        container-type: inline-size;
      }
      header {
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
    `]}};s([a({attribute:!1})],K.prototype,`hass`,void 0),s([a({attribute:!1})],K.prototype,`config`,void 0),s([a({attribute:!1})],K.prototype,`preview`,void 0),s([r()],K.prototype,`now`,void 0),s([r()],K.prototype,`feed`,void 0);var q=[`optimal`,`moderate`,`reduced`,`halt`],J=[`very_cheap`,`cheap`,`normal`,`expensive`,`very_expensive`];function oe(e,t,n){let r=O(t,e.data.zone).date,i=Array.from({length:7},(t,n)=>{let i=k(r,n);return{date:i,summary:e.data.days.find(e=>e.date===i),hours:Array.from({length:24},(e,t)=>({hour:t,slots:[]}))}}),a=new Map(i.map(e=>[e.date,e]));for(let t of n?e.slots:e.hours)a.get(t.date)?.hours[t.hour]?.slots.push(t);return i}function se(e,t,n,r){let i=r?`days`:`slots`;switch(n){case`Home`:return Y(e,t.date)[0];case`End`:return Y(e,t.date).at(-1);case`ArrowLeft`:case`ArrowRight`:return X(e,t,i,n===`ArrowRight`?1:-1);case`ArrowUp`:case`ArrowDown`:return X(e,t,r?`slots`:`days`,n===`ArrowDown`?1:-1);default:return}}var Y=(e,t)=>e.find(e=>e.date===t)?.hours.flatMap(e=>e.slots)??[];function X(e,t,n,r){if(n===`slots`){let n=e.flatMap(e=>e.hours.flatMap(e=>e.slots));return n[n.findIndex(e=>e.start===t.start)+r]}let i=Y(e,t.date).filter(e=>e.hour===t.hour).findIndex(e=>e.start===t.start),a=Y(e,k(t.date,r)).filter(e=>e.hour===t.hour);return a[Math.min(i,a.length-1)]}function Z(e,t,n){let{recommendation:r,air:a}=t;return o`
    <div class="headline">
      <time>${n.day(t.date)}, ${n.time(t.start)}–${n.time(t.end)}</time>
      ${r?o`<b style="color:${S(r)}">
            <ha-icon icon=${C[r]} aria-hidden="true"></ha-icon>
            ${e.stateText(`production_recommendation`,r)}
          </b>`:i}
      ${t.confidence===null?i:o`<span class="faint">
            ${e.text(`week.sure`,{percent:n.percent(t.confidence)})}
          </span>`}
    </div>
    <dl>
      ${Q(e.text(`week.price`),ce(e,t,n))}
      ${Q(e.text(`form.choices.score`),n.number(t.score))}
      ${a?o`${Q(e.text(`week.outdoors`),`${n.temperature(a.temperature)}, ${n.percent(a.humidity)}`)}${Q(e.text(`week.index`),n.number(a.index))}`:i}
    </dl>
    ${t.reasons.length?o`<ul class="reasons">
          ${t.reasons.map(({key:t,effect:n})=>o`<li>
              <ha-icon
                icon=${n>0?`mdi:plus`:`mdi:minus`}
                style="color:${S(n>0?`optimal`:`halt`)}"
                aria-hidden="true"
              ></ha-icon>
              ${e.reasonText(t)}
            </li>`)}
        </ul>`:i}
  `}var Q=(e,t)=>o`<div>
  <dt>${e}</dt>
  <dd>${t}</dd>
</div>`;function ce(e,t,n){let{low:r,high:i,origin:a,period:o}=t,s=[n.price(t.price),`P${o}`];if(r!==null&&i!==null){let[t,a]=[n.number(r,3),n.number(i,3)];s.push(e.text(`week.band`,{from:t,to:a}))}else a===`estimated`&&s.push(e.text(`week.estimated`));return s.join(` · `)}var le=t`
  :host {
    position: relative;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-bottom: 12px;
  }
  .choice {
    display: flex;
  }
  button {
    min-height: 32px;
    padding: 0 12px;
    border: 1px solid var(--cf-grid);
    border-radius: 16px;
    background: none;
    color: var(--cf-text);
    font: inherit;
    font-size: 13px;
    cursor: pointer;
  }
  .choice button {
    border-radius: 0;
    margin-inline-start: -1px;
  }
  .choice button:first-child {
    border-start-start-radius: 16px;
    border-end-start-radius: 16px;
  }
  .choice button:last-child {
    border-start-end-radius: 16px;
    border-end-end-radius: 16px;
  }
  button[aria-pressed="true"] {
    background: var(--cf-text);
    color: var(--cf-card);
    border-color: var(--cf-text);
  }
  button:focus-visible,
  .cell:focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }

  .grid {
    --transposed: 0;
    display: grid;
    grid-template-columns: max-content repeat(24, minmax(0, 1fr)) max-content;
    grid-template-rows: auto;
    grid-auto-rows: minmax(32px, auto);
    gap: 2px;
    font-size: 12px;
  }
  .row {
    display: contents;
  }
  .corner {
    display: none;
  }
  .hour-head {
    grid-row: 1;
    grid-column: calc(var(--hour) + 2);
    align-self: end;
    text-align: center;
    color: var(--cf-faint);
    white-space: nowrap;
  }
  .head {
    grid-row: calc(var(--day) + 2);
    grid-column: 1;
    display: flex;
    align-items: center;
    gap: 6px;
    padding-inline-end: 10px;
    white-space: nowrap;
    font-size: 13px;
    --mdc-icon-size: 18px;
  }
  .no-icon {
    width: 18px;
  }
  .sum {
    grid-row: calc(var(--day) + 2);
    grid-column: 26;
    display: flex;
    align-items: center;
    gap: 6px;
    padding-inline-start: 10px;
    white-space: nowrap;
  }
  .sum span {
    color: var(--cf-faint);
  }
  .hour {
    grid-row: calc(var(--day) + 2);
    grid-column: calc(var(--hour) + 2);
    display: flex;
    gap: 1px;
    border-radius: 4px;
    overflow: clip;
    overflow-clip-margin: 4px;
  }
  .none {
    background: repeating-linear-gradient(
      45deg,
      var(--cf-grid) 0 1px,
      transparent 1px 6px
    );
    opacity: 0.6;
  }
  .cell {
    flex: 1;
    min-width: 0;
    display: grid;
    place-items: center;
    border-radius: 4px;
    cursor: pointer;
    font-variant-numeric: tabular-nums;
  }
  .hour:has(.cell + .cell) .cell {
    border-radius: 2px;
  }
  .forecast {
    background-image: repeating-linear-gradient(
      -45deg,
      color-mix(in srgb, currentColor 15%, transparent) 0 1px,
      transparent 1px 5px
    );
  }
  .cell.over {
    --veil: color-mix(in srgb, var(--cf-card) 65%, transparent);
    background-image: linear-gradient(var(--veil), var(--veil));
    /* Whatever the colour was for: it is gone. */
    color: var(--cf-text) !important;
  }
  .now {
    box-shadow: 0 0 0 2px var(--cf-card),
      0 0 0 4px var(--cf-text);
    z-index: 1;
  }
  .picked {
    outline: 2px solid var(--primary-color);
    outline-offset: 1px;
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
    margin: 12px 0 0;
    padding: 0;
    list-style: none;
    color: var(--cf-faint);
    font-size: 12px;
  }
  .legend li {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .legend i {
    width: 14px;
    height: 14px;
    border-radius: 4px;
  }
  .legend i.forecast {
    border: 1px solid var(--cf-grid);
    box-sizing: border-box;
    color: var(--cf-text);
  }
  .legend i.now {
    width: 10px;
    height: 10px;
    margin: 2px;
    box-shadow: 0 0 0 2px var(--cf-text);
  }

  .details {
    margin-top: 12px;
    padding-top: 12px;
    border-top: 1px solid var(--cf-grid);
    min-height: 104px;
  }
  .headline {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 12px;
    --mdc-icon-size: 18px;
  }
  .headline b {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .headline time {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  .faint {
    color: var(--cf-faint);
  }
  dl {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 24px;
    margin: 6px 0 0;
  }
  dt {
    color: var(--cf-faint);
    font-size: 12px;
  }
  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  .reasons {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    margin: 6px 0 0;
    padding: 0;
    list-style: none;
    font-size: 13px;
    --mdc-icon-size: 16px;
  }
  .reasons li {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .tooltip {
    position: absolute;
    z-index: 2;
    visibility: hidden;
    width: max-content;
    max-width: min(340px, 90%);
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--cf-card);
    border: 1px solid var(--cf-grid);
    box-shadow: 0 4px 16px rgba(0, 0, 0, 0.25);
    pointer-events: none;
  }
  .tooltip .reasons {
    flex-direction: column;
  }

  @container (max-width: 980px) {
    .sum {
      display: none;
    }
  }
  @container (max-width: 720px) {
    .cell {
      font-size: 0;
    }
  }
  @container (max-width: 560px) {
    .grid {
      --transposed: 1;
      grid-template-columns: max-content repeat(7, minmax(0, 1fr));
      grid-auto-rows: minmax(24px, auto);
    }
    .hour-head {
      grid-row: calc(var(--hour) + 2);
      grid-column: 1;
      align-self: center;
      padding-inline-end: 6px;
      text-align: end;
    }
    .head {
      grid-row: 1;
      grid-column: calc(var(--day) + 2);
      flex-direction: column;
      gap: 2px;
      padding: 0 0 4px;
      font-size: 12px;
    }
    .hour {
      grid-row: calc(var(--hour) + 2);
      grid-column: calc(var(--day) + 2);
    }
    .cell {
      font-size: 12px;
    }
    /* Under the thumb, wherever in the day the finger is. */
    .details {
      position: sticky;
      bottom: 0;
      z-index: 2;
      padding-bottom: 8px;
      background: var(--cf-card);
    }
  }
`,ue=[`recommendation`,`score`,`price`],$=class extends K{constructor(...e){super(...e),this.heading=`week.title`,this.chosen={},this.#e=[],this.#_=e=>{this.picked=this.#g(e)??this.picked},this.#v=e=>{e.pointerType===`mouse`&&(this.hovered=this.#g(e))},this.#y=()=>{this.hovered=void 0},this.#b=async e=>{e.key===`Escape`&&(this.hovered=void 0);let t=this.#g(e),n=this.#e.flatMap(e=>e.hours.flatMap(e=>e.slots)).find(e=>e.start===t),r=e.currentTarget,i=getComputedStyle(r).getPropertyValue(`--transposed`).trim()===`1`,a=n&&se(this.#e,n,e.key,i);a&&(e.preventDefault(),this.picked=a.start,await this.updateComplete,this.#h(a.start)?.focus())}}#e;content(e,t){let n=e.hasQuarters&&this.#t(`resolution`)===`quarter`,r=oe(e,this.now,n);this.#e=r;let a=r.flatMap(e=>e.hours.flatMap(e=>e.slots)),s=M(a,this.now),c=a.find(e=>e.start===this.picked)??s??a[0];return o`
      ${this.#n(e)}
      <div
        class="grid"
        role="grid"
        aria-label=${this.text(`week.grid`)}
        @click=${this.#_}
        @keydown=${this.#b}
        @pointerover=${this.#v}
        @pointerleave=${this.#y}
      >
        <div class="row" role="row">
          <span class="corner" role="columnheader"></span>
          ${de(t)}
        </div>
        ${r.map((e,n)=>this.#i(e,n,t,s,c))}
      </div>
      ${this.#f(a)} ${this.#m(a,t)}
      <div class="details" aria-live="polite">
        ${c?Z(this,c,t):i}
      </div>
    `}#t(e){return this.chosen[e]??this.config[e]}#n(e){let t=this.#t(`weather`),n=this.#t(`resolution`)===`quarter`;return o`<div class="controls">
      <div class="choice" role="group" aria-label=${this.text(`week.colour_by`)}>
        ${ue.map(e=>this.#r(this.text(`form.choices.${e}`),this.#t(`color_by`)===e,{color_by:e}))}
      </div>
      ${this.#r(`°C`,t,{weather:!t},this.text(`week.temperature`))}
      ${e.hasQuarters?this.#r(`¼ h`,n,{resolution:n?`hour`:`quarter`},this.text(`form.choices.quarter`)):i}
    </div>`}#r(e,t,n,r=e){return o`<button
      type="button"
      aria-label=${r}
      title=${r===e?i:r}
      aria-pressed=${t}
      @click=${()=>{this.chosen={...this.chosen,...n}}}
    >
      ${e}
    </button>`}#i(e,t,n,r,a){return o`<div class="row" role="row" style="--day:${t}">
      ${this.#a(e,t,n)}
      ${e.hours.map(({hour:e,slots:t})=>o`<div
          class=${t.length?`hour`:`hour none`}
          role=${t.length?`presentation`:`gridcell`}
          style="--hour:${e}"
          title=${t.length?i:this.text(`week.nothing`)}
        >
          ${t.map(e=>this.#c(e,t.length,n,r,a))}
        </div>`)}
      ${this.#s(e,n)}
    </div>`}#a({date:e,summary:t},n,r){let i=n?r.day(e):this.text(`week.today`),a=t?.recommendation;return o`<div class="head" role="rowheader" aria-label=${this.#o(e,t,r)}>
      ${a?o`<ha-icon icon=${C[a]} style="color:${S(a)}" aria-hidden="true"></ha-icon>`:o`<span class="no-icon"></span>`}
      <span>${i}</span>
    </div>`}#o(e,t,n){let r=n.longDay(e);return t?`${r}: ${this.stateText(`production_recommendation`,t.recommendation)}`:r}#s({summary:e},t){return o`<div class="sum" role="gridcell">
      ${e?o`<b>${this.stateText(`production_recommendation`,e.recommendation)}</b>
            ${e.hours.optimal?o`<span>${this.text(`week.optimal_hours`,{hours:t.number(e.hours.optimal)})}</span>`:i}`:i}
    </div>`}#c(e,t,n,r,a){let s=this.#l(e),c=[`cell`];return e.origin===`forecast`&&c.push(`forecast`),e.end<=this.now&&c.push(`over`),e===r&&c.push(`now`),e.start===this.picked&&c.push(`picked`),o`<div
      class=${c.join(` `)}
      role="gridcell"
      tabindex=${e===a?0:-1}
      data-start=${e.start}
      aria-selected=${e.start===this.picked}
      aria-label=${this.#d(e,n)}
      style="background-color:${b(s)};color:${x(s)}"
    >
      ${t===1?this.#u(e,n):i}
    </div>`}#l(e){switch(this.#t(`color_by`)){case`price`:return e.level;case`score`:return re(e.score);default:return e.recommendation}}#u(e,t){if(this.#t(`weather`)){let n=e.air?.temperature??null;return n===null?i:`${t.number(n)}°`}switch(this.#t(`color_by`)){case`price`:return e.price===null?i:t.number(e.price*100);default:return e.score===null?i:t.number(e.score)}}#d(e,t){let n=[`${t.day(e.date)}, ${t.time(e.start)}`];return e.recommendation&&n.push(this.stateText(`production_recommendation`,e.recommendation)),e.score!==null&&n.push(this.text(`week.score`,{score:t.number(e.score)})),e.price!==null&&n.push(t.price(e.price)),e.origin===`forecast`&&n.push(this.text(`week.forecast`)),n.join(`, `)}#f(e){return o`<ul class="legend" aria-label=${this.text(`week.legend`)}>
      ${this.#p(this.#t(`color_by`),(e,t)=>o`<li>
      <i style="background-color:${b(e)}"></i>${t}
    </li>`)}
      ${e.some(e=>e.origin===`forecast`)?o`<li><i class="forecast"></i>${this.text(`week.forecast`)}</li>`:i}
      <li><i class="now"></i>${this.text(`week.now`)}</li>
    </ul>`}#p(e,t){switch(e){case`recommendation`:return q.map(e=>t(e,this.stateText(`production_recommendation`,e)));case`price`:return J.map(e=>t(e,this.stateText(`price_level`,e)));case`score`:return J.map((e,n)=>t(e,`${80-20*n}–${100-20*n}`))}}#m(e,t){let n=e.find(e=>e.start===this.hovered);return n?o`<div class="tooltip" aria-hidden="true">
      ${Z(this,n,t)}
    </div>`:i}updated(){let e=this.renderRoot.querySelector(`.tooltip`),t=e&&this.#h(this.hovered);if(!e||!t)return;let n=this.getBoundingClientRect(),r=t.getBoundingClientRect(),i=r.left+r.width/2-n.left-e.offsetWidth/2,a=n.width-e.offsetWidth-8,o=r.top-n.top-e.offsetHeight-8;e.style.left=`${Math.max(8,Math.min(i,a))}px`,e.style.top=`${o>0?o:r.bottom-n.top+8}px`,e.style.visibility=`visible`}#h(e){return this.renderRoot.querySelector(`.cell[data-start="${e}"]`)}#g(e){let t=e.target.closest(`.cell`);return t?Number(t.dataset.start):void 0}#_;#v;#y;#b;static{this.styles=[...K.styles,le]}};s([r()],$.prototype,`chosen`,void 0),s([r()],$.prototype,`picked`,void 0),s([r()],$.prototype,`hovered`,void 0),$=s([n(`chocolate-factory-week-card-content`)],$);function de(e){let t=e.wallHour(23).length>2?3:1;return Array.from({length:24},(n,r)=>o`<span class="hour-head" role="columnheader" style="--hour:${r}"
      >${r%t?i:e.wallHour(r)}</span
    >`)}export{$ as WeekCard};