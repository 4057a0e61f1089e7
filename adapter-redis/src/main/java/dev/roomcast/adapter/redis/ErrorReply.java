package dev.roomcast.adapter.redis;

/** The error with which a server refuses a command. */
final class ErrorReply {

    private static final String ARGUMENTS = ", with args beginning with";

    private ErrorReply() {}

    /** Without the arguments that Redis repeats of a command that it does not know: passwords and frames are among them. */
    static String withoutArguments(String said) {
        int arguments = said.indexOf(ARGUMENTS);
        return arguments < 0 ? said : said.substring(0, arguments);
    }
}
