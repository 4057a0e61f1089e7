/**
 * Questions to all nodes: queries and commands ({@link ScatterGather}), answers to those of others ({@link QueryHandler}), and presence, which is a
 * query that stays open. It knows peers by their names and incarnations only.
 *
 * <p>In: queries of this node or of others. Out: results with what is missing, or changes of the rooms that are watched.
 */
@NullMarked
package dev.roomcast.adapter.engine.query;

import org.jspecify.annotations.NullMarked;
