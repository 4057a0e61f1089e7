package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Target;

/** What the chapters share. */
abstract class Chapter {

    /** A room that most tests use. */
    static final String NEWS = "news";

    static final Target TO_NEWS = Target.room(NEWS);

    /** The cluster of the present test. */
    abstract TestCluster cluster();

    Expect expect() {
        return cluster().expect();
    }
}
