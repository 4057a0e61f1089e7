package dev.roomcast.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * The parent POM is published, as that of the published modules, so that what it manages is managed for whoever has it as a parent or
 * imports it. Nothing is there that only tests, examples or benchmarks need.
 */
class PublishedPomsTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

    private static Document pom(Path path) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(path.toFile());
    }

    private static List<String> texts(Document pom, String path) throws Exception {
        NodeList found = (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, pom, XPathConstants.NODESET);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> found.item(i).getTextContent().strip())
                .collect(Collectors.toList());
    }

    /** Our own artifacts by name, all others by their group, since a BOM manages a whole one. */
    @Test
    void theParentManagesOnlyWhatPublishedModulesNeedAtRunTime() throws Exception {
        Document parent = pom(ROOT.resolve("pom.xml"));
        Set<String> ours = new TreeSet<>();
        Set<String> groups = new TreeSet<>();
        for (String module : texts(parent, "/project/modules/module")) {
            Document pom = pom(ROOT.resolve(module).resolve("pom.xml"));
            ours.addAll(texts(pom, "/project/artifactId"));
            groups.addAll(texts(
                    pom, "/project/dependencies/dependency[not(scope='test')][not(groupId='dev.roomcast')]/groupId"));
        }
        assertFalse(groups.isEmpty(), "dependencies were found");

        String managed = "/project/dependencyManagement/dependencies/dependency";
        assertEquals(ours, new TreeSet<>(texts(parent, managed + "[groupId='dev.roomcast']/artifactId")));
        List<String> unused = new ArrayList<>(texts(parent, managed + "[not(groupId='dev.roomcast')]/groupId"));
        unused.removeIf(group -> groups.stream().anyMatch(used -> (used + ".").startsWith(group + ".")));
        assertEquals(List.of(), unused, "managed, but no published module needs it");
    }
}
