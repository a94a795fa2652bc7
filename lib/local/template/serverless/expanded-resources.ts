/** What a function of SAM becomes, by logical id. */
export type ExpandedResources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
