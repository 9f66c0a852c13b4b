import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;

/**
 * Validates each line of an NDJSON file with HL7's reference validator and writes what it finds, one JSON a line:
 * {"line", "severity", "id", "path", "message"}.
 *
 * Usage: Validate.java documents.ndjson findings.ndjson [system.tsv | profile.json ...]; the first line of a system's file is its URI, the others are
 * code, tab, display. A profile is a StructureDefinition.
 */
public class Validate {
  public static void main(String[] args) throws Exception {
    FhirContext context = FhirContext.forR4();
    PrePopulatedValidationSupport systems = new PrePopulatedValidationSupport(context);
    for (int i = 2; i < args.length; i++) {
      if (args[i].endsWith(".json")) {
        systems.addStructureDefinition(context.newJsonParser().parseResource(Files.readString(Path.of(args[i]))));
      } else {
        systems.addCodeSystem(readSystem(Path.of(args[i])));
      }
    }
    ValidationSupportChain chain = new ValidationSupportChain(
        new DefaultProfileValidationSupport(context),
        systems,
        new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context),
        new SnapshotGeneratingValidationSupport(context));
    FhirInstanceValidator rules = new FhirInstanceValidator(chain);
    rules.setAnyExtensionsAllowed(true);
    FhirValidator validator = context.newValidator().registerValidatorModule(rules);
    Gson gson = new Gson();
    int number = 0;
    try (BufferedReader reader = Files.newBufferedReader(Path.of(args[0]));
        PrintStream out = new PrintStream(Files.newOutputStream(Path.of(args[1])), false, StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        for (SingleValidationMessage message : messages(validator, line)) {
          Map<String, Object> finding = new LinkedHashMap<>();
          finding.put("line", number);
          finding.put("severity", message.getSeverity().getCode());
          finding.put("id", message.getMessageId());
          finding.put("path", message.getLocationString());
          finding.put("message", message.getMessage());
          out.println(gson.toJson(finding));
        }
      }
    }
  }

  /** A document that the validator itself stumbles over is one of which it says nothing. */
  private static List<SingleValidationMessage> messages(FhirValidator validator, String line) {
    try {
      return validator.validateWithResult(line).getMessages();
    } catch (RuntimeException fault) {
      System.err.println("HL7's validator failed: " + fault);
      return List.of();
    }
  }

  private static CodeSystem readSystem(Path path) throws Exception {
    CodeSystem system = new CodeSystem();
    try (Stream<String> lines = Files.lines(path)) {
      lines.forEach(line -> {
        if (!system.hasUrl()) {
          system.setUrl(line);
        } else {
          String[] parts = line.split("\t", 2);
          system.addConcept().setCode(parts[0]).setDisplay(parts[1]);
        }
      });
    }
    system.setStatus(PublicationStatus.ACTIVE).setContent(CodeSystem.CodeSystemContentMode.COMPLETE);
    return system;
  }
}
