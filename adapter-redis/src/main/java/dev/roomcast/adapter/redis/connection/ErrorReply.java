package dev.roomcast.adapter.redis.connection;

import java.util.List;

/** The error with which a server refuses a command. */
final class ErrorReply {

    private static final List<String> NOT_NOW =
            List.of("MOVED ", "ASK ", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING", "BUSY ");
    private static final String ARGUMENTS = ", with args beginning with";

    private ErrorReply() {}

    /** Whether the command was not executed because the server cannot do so now, or because another server is to be asked. */
    static boolean saysNotNow(String said) {
        return NOT_NOW.stream().anyMatch(said::startsWith);
    }

    /** Without the arguments that Redis repeats of a command that it does not know: passwords and frames are among them. */
    static String withoutArguments(String said) {
        int arguments = said.indexOf(ARGUMENTS);
        return arguments < 0 ? said : said.substring(0, arguments);
    }
}
