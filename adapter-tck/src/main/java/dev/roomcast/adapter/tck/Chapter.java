package dev.roomcast.adapter.tck;

import dev.roomcast.adapter.Target;

/** What the chapters share. */
abstract class Chapter {

    /** A room that most tests use. */
    static final String NEWS = "news";

    static final Target TO_NEWS = Target.room(NEWS);

    /**
     * How many listeners are taken away where nothing more may be heard. Each is told on its own, so that one alone may only be late when
     * a listener that came after all of them has heard.
     */
    static final int LISTENERS = 50;

    /** The cluster of the present test. */
    abstract TestCluster cluster();

    Expect expect() {
        return cluster().expect();
    }
}
