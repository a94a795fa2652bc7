import type { AttributeValue, Item } from '../attribute-value.ts';
import { validationError } from '../validation-error.ts';
import type { DocumentPath } from './grammar.ts';

type Members = Record<string, AttributeValue>;
/** The map or list that holds a value. */
interface Holder {
  readonly map?: Members | undefined;
  readonly list?: Elements | undefined;
}

/** A list under change: what is removed leaves a gap, so that the other indexes keep their meaning to the end. */
type Elements = (AttributeValue | undefined)[];

/** An item under change. The item that it began as, and everything that does not change, is left alone and shared. */
export class Draft {
  readonly #members: Members;
  /** Copies that belong to this draft, by the maps and lists that they replace. */
  readonly #lists = new Set<Elements>();
  readonly #maps = new Set<Members>();

  constructor(item: Item) {
    this.#members = copyOf(item);
    this.#maps.add(this.#members);
  }

  /** Puts a value; past the end of a list it is appended, in the order of the indexes. @throws AwsError ValidationException */
  set(path: DocumentPath, value: AttributeValue): void {
    const holder = this.#holderOf(path);
    const last = path.at(-1) as string | number;
    if (holder.list !== undefined && typeof last === 'number') holder.list[last] = value;
    else if (holder.map !== undefined && typeof last === 'string') holder.map[last] = value;
    else throw invalidPath();
  }

  /** Removes a value; nothing happens where there is none, unless its holder is missing too. @throws AwsError ValidationException */
  remove(path: DocumentPath, strict: boolean): void {
    let holder: Holder;
    try {
      holder = this.#holderOf(path);
    } catch (error) {
      if (strict) throw error;
      return;
    }
    const last = path.at(-1) as string | number;
    if (holder.list !== undefined && typeof last === 'number') {
      if (last < holder.list.length) holder.list[last] = undefined;
    } else if (holder.map !== undefined && typeof last === 'string') delete holder.map[last];
    else if (strict) throw invalidPath();
  }

  /** The changed item; the gaps of its lists close up. */
  finish(): Item {
    for (const list of this.#lists) {
      const kept = list.filter((element) => element !== undefined);
      list.length = 0;
      list.push(...kept);
    }
    return this.#members;
  }

  /** The map or list that holds the last element of a path, as this draft's own copy. */
  #holderOf(path: DocumentPath): Holder {
    let holder: Holder = { map: this.#members };
    for (const element of path.slice(0, -1)) {
      const value: AttributeValue | undefined =
        typeof element === 'number'
          ? holder.list?.[element]
          : holder.map !== undefined && Object.hasOwn(holder.map, element)
            ? holder.map[element]
            : undefined;
      const inner = this.#own(value);
      const replaced = (inner.list === undefined ? { M: inner.map } : { L: inner.list }) as AttributeValue;
      if (typeof element === 'number') (holder.list as Elements)[element] = replaced;
      else (holder.map as Members)[element] = replaced;
      holder = inner;
    }
    return holder;
  }

  #own(value: AttributeValue | undefined): Holder {
    if (value?.M !== undefined) {
      if (this.#maps.has(value.M as Members)) return { map: value.M as Members };
      const map = copyOf(value.M);
      this.#maps.add(map);
      return { map };
    }
    if (value?.L === undefined) throw invalidPath();
    if (this.#lists.has(value.L as Elements)) return { list: value.L as Elements };
    const list = [...value.L];
    this.#lists.add(list);
    return { list };
  }
}

/** Without a prototype every name is a name, `__proto__` too. */
function copyOf(members: Item): Members {
  return Object.assign(Object.create(null), members);
}

function invalidPath() {
  return validationError('The document path provided in the update expression is invalid for update');
}
