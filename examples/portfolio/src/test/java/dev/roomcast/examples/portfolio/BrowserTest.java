package dev.roomcast.examples.portfolio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roomcast.testredis.Patience;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The page in a real browser, where there is one: Chromium and its driver on the {@code PATH}. Skipped otherwise, unless
 * {@code -Dbrowser=required}.
 */
@Tag("full")
class BrowserTest {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final Path SCREENSHOTS = Path.of("target", "browser");

    private final Nodes nodes = new Nodes();

    @TempDir
    Path profile;

    private ChromeDriver driver;
    private WebDriverWait wait;

    @BeforeEach
    void open() {
        Optional<File> browser = onPath("chromium", "google-chrome", "chromium-browser");
        Optional<File> chromeDriver = onPath("chromedriver");
        if (browser.isEmpty() || chromeDriver.isEmpty()) {
            String missing = "no Chromium with chromedriver on the PATH";
            if ("required".equals(System.getProperty("browser"))) {
                fail(missing + ", but -Dbrowser=required");
            }
            System.out.println("BrowserTest SKIPPED: " + missing + "; -Dbrowser=required makes that a failure");
            assumeTrue(false, missing);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.orElseThrow());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run");
        options.addArguments("--disable-background-networking", "--disable-component-update", "--disable-sync");
        options.addArguments("--window-size=1100,900", "--user-data-dir=" + profile);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromeDriver.orElseThrow())
                        .build(),
                options);
        wait = new WebDriverWait(driver, PATIENCE);
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.quit();
        }
        nodes.close();
    }

    @Test
    void updateOfOneTabIsSeenInATabOnAnotherNode() throws Exception {
        String first = tab(Nodes.url(nodes.joined("node-1")), "alice");
        driver.switchTo().newWindow(WindowType.TAB);
        String second = tab(Nodes.url(nodes.joined("node-2")), "alice");

        sendUpdate("ACME", "42.5");
        awaitText("updates", "ACME 42.5");
        driver.switchTo().window(first);
        awaitText("updates", "ACME 42.5");
        awaitText("updates", "from node-2");

        sendUpdate("INITECH", "7");
        driver.switchTo().window(second);
        awaitText("updates", "INITECH 7");
        awaitText("updates", "from node-1");
        awaitText("members", "alice (you)");
        awaitText("rooms", "portfolio:alice");
        awaitText("events", "alice (you) joined");
        screenshot("portfolio.png");
        assertEquals("", driver.findElement(By.id("error")).getText());
        assertEquals("[]", driver.manage().logs().get("browser").getAll().toString(), "the browser's console");
    }

    @Test
    void markupInAnUpdateIsShownAndNotRun() {
        tab(Nodes.url(nodes.lone("node-1")), "<b>bob</b>");
        sendUpdate("<img src=x>", "1");
        awaitText("updates", "<img src=x> 1");
        awaitText("members", "<b>bob</b> (you)");
    }

    /** Opens the page, connects, and returns the tab. */
    private String tab(String url, String user) {
        driver.get(url + "/");
        type("user", user);
        driver.findElement(By.id("connectButton")).click();
        wait.until(ExpectedConditions.elementToBeClickable(By.id("send")));
        return driver.getWindowHandle();
    }

    private void sendUpdate(String symbol, String price) {
        type("symbol", symbol);
        type("price", price);
        driver.findElement(By.id("send")).click();
    }

    private void type(String id, String text) {
        driver.findElement(By.id(id)).clear();
        driver.findElement(By.id(id)).sendKeys(text);
    }

    private void awaitText(String id, String text) {
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.id(id), text));
    }

    private void screenshot(String name) throws Exception {
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name), driver.getScreenshotAs(OutputType.BYTES));
    }

    private static Optional<File> onPath(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(
                                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .map(directory -> new File(directory, name)))
                .filter(File::canExecute)
                .findFirst();
    }
}
