/**
 * The one websocket: news comes as events named after their type, and `ask` does something and tells what came of it.
 */

const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;

export class Live extends EventTarget {
  #socket = null;
  #asked = new Map();
  #count = 0;
  #wait = FIRST_WAIT;
  #identity;

  /** `identity()` says who and in which language, at each connection. */
  constructor(identity) {
    super();
    this.#identity = identity;
  }

  connect() {
    const address = new URL("live", document.baseURI);
    address.protocol = "ws:";
    for (const [name, value] of Object.entries(this.#identity())) if (value) address.searchParams.set(name, value);
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#wait = FIRST_WAIT;
      this.#tell("connected", {});
    });
    socket.addEventListener("message", (event) => this.#hear(JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#lost());
  }

  /** Resolves to the reply: `{}`, `{refused}`, `{silent}`, or what was asked for. */
  async ask(what, fields = {}) {
    await this.#begun();
    if (this.#socket?.readyState !== WebSocket.OPEN) return { silent: true };
    const number = (this.#count += 1);
    this.#socket.send(JSON.stringify({ ...fields, do: what, number }));
    return new Promise((resolve) => this.#asked.set(number, resolve));
  }

  /** Whoever is quick need not wait for the first connection. */
  async #begun() {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.CONNECTING) return;
    await new Promise((resolve) => {
      for (const event of ["open", "close"]) socket.addEventListener(event, resolve, { once: true });
    });
  }

  #hear(news) {
    if (news.type !== "reply") {
      this.#tell(news.type, news);
      return;
    }
    this.#asked.get(news.number)?.(news);
    this.#asked.delete(news.number);
  }

  #lost() {
    for (const resolve of this.#asked.values()) resolve({ silent: true });
    this.#asked.clear();
    this.#tell("lost", {});
    setTimeout(() => this.connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
