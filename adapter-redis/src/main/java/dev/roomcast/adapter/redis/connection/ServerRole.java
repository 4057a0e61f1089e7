package dev.roomcast.adapter.redis.connection;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The role that a server reports of itself. */
public enum ServerRole {
    /** It may become a replica at any time. */
    MASTER,
    /** It hands on what its master publishes. What is published on the replica itself reaches only that replica's subscribers. */
    REPLICA,
    /**
     * It belongs to a Cluster, whose servers all forward everything, or does not report its role: the role makes no
     * difference.
     */
    IRRELEVANT;

    /**
     * Asks a server. HELLO reports the role to every user, whatever an ACL says. A server or proxy without HELLO is
     * asked by INFO; one that refuses both is {@link #IRRELEVANT}.
     *
     * @return fails if the server does not answer
     */
    static CompletionStage<ServerRole> of(StatefulRedisConnection<String, byte[]> connection) {
        RedisAsyncCommands<String, byte[]> commands = connection.async();
        return orIfRefused(
                commands.dispatch(
                                CommandType.HELLO,
                                new ArrayOutput<>(ChannelCodec.PLAIN),
                                new CommandArgs<>(ChannelCodec.PLAIN))
                        .thenApply(ServerRole::ofHello),
                () -> orIfRefused(ofInfo(commands), () -> CompletableFuture.completedStage(IRRELEVANT)));
    }

    private interface Question {
        CompletionStage<ServerRole> ask();
    }

    private static CompletionStage<ServerRole> orIfRefused(CompletionStage<ServerRole> answer, Question next) {
        return answer.handle((role, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(role);
                    }
                    return RedisFailure.causeOf(failure) instanceof RedisCommandExecutionException
                            ? next.ask()
                            : CompletableFuture.<ServerRole>failedStage(failure);
                })
                .thenCompose(stage -> stage);
    }

    /** Names and values by turns. */
    static ServerRole ofHello(List<?> answer) {
        Map<String, String> said = new HashMap<>();
        for (int i = 0; i + 1 < answer.size(); i += 2) {
            said.put(text(answer.get(i)), text(answer.get(i + 1)));
        }
        return of(said.getOrDefault("role", ""), !said.getOrDefault("mode", "").equals("standalone"));
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }

    private static CompletionStage<ServerRole> ofInfo(RedisAsyncCommands<String, byte[]> commands) {
        return commands.info("replication")
                .thenCombine(commands.info("cluster"), (replication, cluster) -> ofInfo(replication + "\n" + cluster));
    }

    public static ServerRole ofInfo(String info) {
        List<String> lines = info.lines().toList();
        String role = lines.stream()
                .filter(line -> line.startsWith("role:"))
                .map(line -> line.substring("role:".length()).strip())
                .findFirst()
                .orElse("");
        return of(role, lines.contains("cluster_enabled:1"));
    }

    private static ServerRole of(String role, boolean isOfCluster) {
        if (isOfCluster) {
            return IRRELEVANT;
        }
        return switch (role) {
            case "master" -> MASTER;
            case "replica", "slave" -> REPLICA;
            default -> IRRELEVANT;
        };
    }
}
