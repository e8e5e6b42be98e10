// What the API's answers hold, as its contract says (`openapi.json`).

/** Free JSON: what twins contain, and what their owners put there. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Twin {
  id: string;
  modelId: string;
  lastUpdateTime: string;
  contents: JsonObject;
  outgoingRelationships?: Relationship[];
  incomingRelationships?: Relationship[];
}

export interface Relationship {
  id: string;
  sourceId: string;
  targetId: string;
  name: string;
  properties?: JsonObject;
}

export interface Page {
  content: Twin[];
  continuationToken: string | null;
}

export interface StoredModel {
  id: string;
  displayName?: Record<string, string>;
  description?: Record<string, string>;
  modelDefinition?: string;
  uploadTime: string;
  decommissioned?: boolean;
}

/** The direction of a twin's relationships, as paths have it. */
export type Way = "incoming" | "outgoing";
export type Direction = "Incoming" | "Outgoing" | "IncomingOrOutgoing";

/** A leaf or a group of `propertyFilter`. */
export interface PropertyFilter {
  field?: string;
  operator?: string;
  value?: Json;
  filterConditionOperator?: "And" | "Or";
  filters?: PropertyFilter[];
}

/** The filters of `POST /twins`, of `POST /twins/count` and of changes by filter. */
export interface Filters {
  modelFilter?: { modelIds: string[]; exactModelMatch?: boolean };
  relationshipFilter?: {
    relationshipDirection?: Direction;
    relationshipNames?: string[];
    relatedModelFilter?: { modelIds: string[] };
  };
  locationFilter?: { locationId: string };
  dateFilter?: { lastUpdatedAfter?: string; lastUpdatedBefore?: string };
  propertyFilter?: PropertyFilter;
}

export interface ListRequest extends Filters {
  include?: { outgoingRelationships?: boolean; incomingRelationships?: boolean };
  pageSize?: number;
  continuationToken?: string;
}

/** A line of the report of a bulk request; the last one has the sums, or says why the server could not go on. */
export interface BulkLine {
  line?: number;
  id?: string;
  outcome?: "created" | "replaced" | "unchanged" | "rejected" | "notApplied";
  errors?: Record<string, string[]>;
  summary?: Record<string, number | boolean>;
  aborted?: unknown;
}

/** What the server says of itself before anyone signs in: `GET /explorer/settings.json`. */
export interface ServerSettings {
  auth: "clients" | "none";
  containment: string[];
  issuers: { issuer: string; clientId: string; scope: string }[];
}
