/**
 * Queries and commands to all nodes ({@link ScatterGather}), answers to those of other nodes ({@link QueryHandler}),
 * and presence, which is a query that stays open. It knows peers by their names and incarnations only.
 *
 * <p>In: queries of this node or of others. Out: results with the missing nodes, or changes of watched rooms.
 */
@NullMarked
package dev.roomcast.adapter.engine.query;

import org.jspecify.annotations.NullMarked;
