/**
 * What the window knows of servers, channels, persons and commands: the newest that it was told.
 */

const GROUP = 3;

export class World {
  places = { you: null, persons: [], bot: null, servers: [], direct: null, groups: [] };
  commands = { channel: null, slash: [], message: [], user: [] };
  channelId = null;

  get channels() {
    const direct = this.places.direct ? [this.places.direct] : [];
    return [...this.places.servers.flatMap((server) => server.channels), ...direct, ...this.places.groups];
  }

  get channel() {
    return this.channels.find((channel) => channel.id === this.channelId) ?? null;
  }

  get server() {
    return this.places.servers.find((server) => server.channels.includes(this.channel)) ?? null;
  }

  /** Those who can be named in the channel that is open. */
  get members() {
    if (this.server) return this.server.members;
    const { you, bot, persons } = this.places;
    if (this.channel?.type === GROUP) return persons.map(({ id, name, display }) => ({ id, username: name, display, bot: false }));
    const own = persons.find((person) => person.id === you?.id);
    return [
      ...(own ? [{ id: own.id, username: own.name, display: own.display, bot: false }] : []),
      ...(bot ? [{ id: bot.id, username: bot.display, display: bot.display, bot: true }] : []),
    ];
  }

  nameOfUser(id) {
    if (id === this.places.bot?.id) return this.places.bot.display;
    return this.places.persons.find((person) => person.id === id)?.display ?? null;
  }

  nameOfChannel(id) {
    return this.channels.find((channel) => channel.id === id)?.name ?? null;
  }

  nameOfRole(id) {
    return this.places.servers.flatMap((server) => server.roles).find((role) => role.id === id)?.name ?? null;
  }
}
