/**
 * Staying at the end of a list that grows, until a person scrolls up.
 */

/** `nearEnd`: so many pixels before the end still count as there; `onChange()` after the person left or came back. */
export class Following {
  constructor(scroller, { nearEnd, onChange = () => {} }) {
    this.scroller = scroller;
    this.nearEnd = nearEnd;
    this.onChange = onChange;
    this.on = true;
    this.before = this.#position();
    scroller.addEventListener("scroll", () => this.#scrolled());
    // Pictures have no height before they are there, and whatever stands beside may take room.
    const resized = new ResizeObserver(() => this.keep());
    for (const each of [scroller, ...scroller.children]) resized.observe(each);
  }

  /** To the end, whatever was before. */
  follow() {
    this.on = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.before = this.#position();
    this.onChange();
  }

  /** Something came, went or grew. */
  keep() {
    if (this.on) this.follow();
  }

  /** Only a person scrolls up while nothing changes its size: what comes, goes and grows moves the end. */
  #scrolled() {
    const [before, now] = [this.before, this.#position()];
    const resized = now.height !== before.height || now.room !== before.room;
    this.before = now;
    if (now.height - now.top - now.room < this.nearEnd) this.on = true;
    else if (!resized && now.top < before.top) this.on = false;
    else if (resized) this.keep();
    this.onChange();
  }

  #position() {
    const { scrollTop: top, scrollHeight: height, clientHeight: room } = this.scroller;
    return { top, height, room };
  }
}
