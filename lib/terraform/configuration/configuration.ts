import type { Expression } from './expression.ts';

/** Where something is declared. */
export interface Place {
  /** The name of the file, without folders. */
  readonly file: string;
  readonly line: number;
}

/** A variable as the configuration declares it. */
export interface Variable extends Place {
  readonly name: string;
  /** The type as it is written; undefined where there is none. */
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly sensitive: boolean;
  readonly default: Expression | undefined;
}

/** An output as the configuration declares it. */
export interface Output extends Place {
  readonly name: string;
  readonly description: string | undefined;
  readonly sensitive: boolean;
}

/** A provider block. */
export interface Provider extends Place {
  /** The local name, such as `aws`. */
  readonly name: string;
  readonly alias: string | undefined;
  /** The `tags` of its `default_tags`, where it has one. */
  readonly defaultTags: Expression | undefined;
  /** Whether its `default_tags` stand in a `dynamic` block, which nothing can be added to. */
  readonly hasDynamicTags: boolean;
}

/** What the engine needs to know of the root module of a product. */
export interface Configuration {
  readonly variables: readonly Variable[];
  readonly outputs: readonly Output[];
  readonly providers: readonly Provider[];
  /** The local names of hashicorp/aws: `aws`, unless `required_providers` say otherwise. */
  readonly awsNames: readonly string[];
}
