package dev.roomcast.adapter.engine;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.analysis.ICounter;
import org.jacoco.core.data.ExecutionData;
import org.jacoco.core.data.ExecutionDataStore;
import org.jacoco.core.instr.Instrumenter;
import org.jacoco.core.runtime.IRuntime;
import org.jacoco.core.runtime.LoggerRuntime;
import org.jacoco.core.runtime.RuntimeData;

/**
 * The engine once more, with JaCoCo's probes in those classes that frames of others reach: so that a run can ask, after each frame,
 * whether it has come to a place where none came before. The classes are changed as they are loaded, beside the others.
 */
final class Coverage {

    private static final String PACKAGE = "dev.roomcast.adapter.engine.";

    /** What frames are read by. */
    static final List<String> CODEC = List.of(
            "codec.FrameCodec", "codec.MessageDecoder", "codec.QueryCodec", "codec.PresenceCodec", "codec.ByteReader");

    /** What then does something about them. */
    static final List<String> ENGINE = List.of(
            "protocol.FrameReceiver",
            "protocol.SenderGate",
            "protocol.UnverifiedSenders",
            "protocol.OwnFrames",
            "protocol.MessageReceiver",
            "protocol.MessageDispatcher",
            "protocol.ApplicationMessages",
            "protocol.PeerIntroductions",
            "protocol.SelfIntroduction",
            "protocol.HelloRounds",
            "protocol.MixedChannelModes",
            "protocol.ReceiptExchange",
            "protocol.ReceivedSequences",
            "protocol.LastSequenceSender",
            "protocol.LastSequenceRequester",
            "protocol.PresenceReceiver",
            "protocol.PeerEvents",
            "protocol.ControlChannel",
            "protocol.ControlFrames",
            "protocol.RoomChannels",
            "receive.LossDetector",
            "receive.SequenceTracker",
            "receive.HeartbeatHistory",
            "receive.Peers",
            "receive.HelloRound",
            "receive.AnsweredSets",
            "receive.Coalescer",
            "query.ScatterGather",
            "query.OpenQuery",
            "query.GatheredMembers",
            "query.GatheredAnswers",
            "query.QueryHandler",
            "query.PresenceSource",
            "query.PresenceWatcher",
            "query.PresenceWatch",
            "query.PresenceView");

    private final RuntimeData live = new RuntimeData();
    private final IRuntime runtime = new LoggerRuntime();
    private final Loader loader = new Loader();
    private final List<ExecutionData> probes = new ArrayList<>();
    /** What has been reached since the last {@link #begin}. */
    private final List<boolean[]> reached = new ArrayList<>();

    private final ExecutionDataStore all = new ExecutionDataStore();

    Coverage() throws Exception {
        runtime.startup(live);
    }

    /** Makes an object of a class of this package, which then sees the changed classes in place of the others. */
    Object make(Class<?> type, Class<?> parameter, Object argument) throws Exception {
        Constructor<?> constructor = loader.loadClass(type.getName()).getDeclaredConstructor(parameter);
        constructor.setAccessible(true);
        try {
            return constructor.newInstance(argument);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** From now on everything is new again. */
    void begin() {
        keep();
        probes.forEach(ExecutionData::reset);
        reached.forEach(array -> Arrays.fill(array, false));
    }

    /** Whether something was reached since this was asked last that had not been reached since the beginning. */
    boolean isNew() {
        boolean isNew = false;
        for (int i = 0; i < probes.size(); i++) {
            boolean[] now = probes.get(i).getProbes();
            boolean[] before = reached.get(i);
            if (Arrays.mismatch(now, before) >= 0) {
                System.arraycopy(now, 0, before, 0, now.length);
                isNew = true;
            }
        }
        return isNew;
    }

    private void keep() {
        for (ExecutionData data : probes) {
            if (data.hasHits()) {
                all.put(new ExecutionData(
                        data.getId(), data.getName(), data.getProbes().clone()));
            }
        }
    }

    /** Branches that were reached, of those that there are, by class; with the lines of those that were not. */
    List<String> branches(Collection<String> types) throws IOException {
        keep();
        CoverageBuilder found = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(all, found);
        for (String type : types) {
            analyzer.analyzeClass(bytes(PACKAGE + type), type);
        }
        return found.getClasses().stream().map(Coverage::text).sorted().collect(Collectors.toList());
    }

    /** The part of the codec's branches that were reached. */
    double codecBranches() throws IOException {
        keep();
        CoverageBuilder found = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(all, found);
        for (String type : CODEC) {
            analyzer.analyzeClass(bytes(PACKAGE + type), type);
        }
        return found.getBundle("codec").getBranchCounter().getCoveredRatio();
    }

    private static String text(IClassCoverage type) {
        List<Integer> lines = new ArrayList<>();
        for (int line = type.getFirstLine(); line <= type.getLastLine(); line++) {
            if (type.getLine(line).getBranchCounter().getMissedCount() > 0) {
                lines.add(line);
            }
        }
        ICounter branches = type.getBranchCounter();
        return String.format(
                Locale.ROOT,
                "%-16s %4d of %4d branches%s",
                type.getName().substring(type.getName().lastIndexOf('/') + 1),
                branches.getCoveredCount(),
                branches.getTotalCount(),
                lines.isEmpty() ? "" : ", not all of lines " + lines);
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = Coverage.class.getResourceAsStream(
                name.substring(PACKAGE.length()).replace('.', '/') + ".class")) {
            if (in == null) {
                throw new IOException("no " + name);
            }
            return in.readAllBytes();
        }
    }

    /** Has its own copy of everything in the engine's package. */
    private final class Loader extends ClassLoader {

        private final Instrumenter instrumenter = new Instrumenter((id, name, count, method) -> {
            ExecutionData data = live.getExecutionData(id, name, count);
            probes.add(data);
            reached.add(new boolean[count]);
            return runtime.generateDataAccessor(id, name, count, method);
        });

        Loader() {
            super(Coverage.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.startsWith(PACKAGE)) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try {
                byte[] bytes = bytes(name);
                String outermost = name.substring(PACKAGE.length()).split("\\$", 2)[0];
                byte[] changed = CODEC.contains(outermost) || ENGINE.contains(outermost)
                        ? instrumenter.instrument(bytes, name)
                        : bytes;
                return defineClass(name, changed, 0, changed.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
