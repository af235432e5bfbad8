package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// routes is the whole table of what the server answers. What is under /api/v1
// is described in openapi.json; a test holds the two together.
func (s *Server) routes() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = true
	e.Use(s.identify, s.recover, s.sameOrigin, s.limit, s.guard, s.compress)
	e.NoRoute(s.noRoute)
	e.NoMethod(s.noMethod)

	get := func(path string, h gin.HandlerFunc) {
		e.GET(path, h)
		e.HEAD(path, h)
	}
	get("/", s.home)
	get("/help", s.help)
	get("/api", s.apiPage)
	get("/healthz", s.health)
	get("/readyz", s.ready)
	get("/static/:name", s.static)

	s.accountRoutes(e)

	get("/p/:policy", s.overview)
	get("/p/:policy/moved", s.moved)
	get("/p/:policy/changes", s.changesPage)
	get("/p/:policy/alerts", s.alertsPage)
	get("/p/:policy/commitments", s.commitments)
	get("/p/:policy/dept/:dept", s.department)
	e.POST("/p/:policy/dept/:dept/plan/:target", s.savePlan)
	e.POST("/p/:policy/dept/:dept/note/:target", s.note)
	e.POST("/p/:policy/dept/:dept/note/:target/:note/withdraw", s.note)
	get("/p/:policy/dept/:dept/review", s.review)
	e.POST("/p/:policy/dept/:dept/review", s.saveReview)
	get("/p/:policy/dept/:dept/table/:file", s.exportDepartment)
	get("/p/:policy/wall", s.wall)
	get("/p/:policy/model", s.policyModelPage)
	get("/p/:policy/t/:target", s.target)
	get("/p/:policy/t/:target/change", s.targetChange)
	get("/p/:policy/t/:target/model", s.modelPage)
	get("/p/:policy/scenario", s.scenario)
	get("/p/:policy/reports", s.reports)
	e.POST("/p/:policy/reports", s.makeReport)
	get("/p/:policy/reports/preview", s.previewReport)
	get("/p/:policy/reports/file/:report", s.reportFile)
	e.POST("/p/:policy/reports/job/:job/cancel", s.cancelReport)
	get("/p/:policy/data", s.data)
	get("/p/:policy/health", s.healthPage)
	get("/p/:policy/health/rows", s.deliveryRows)
	get("/p/:policy/health/table/:file", s.exportHealth)
	e.POST("/p/:policy/data", s.upload)
	get("/p/:policy/data/check/:token", s.checkPage)
	e.POST("/p/:policy/data/check/:token", s.confirm)
	get("/p/:policy/data/check/:token/status", s.fileStatus)
	get("/p/:policy/data/check/:token/refused.xlsx", s.mendFile)
	e.POST("/p/:policy/batch/:batch/undo", s.undo)
	e.POST("/p/:policy/profile/:profile/delete", s.forgetProfile)

	get("/p/:policy/export/:file", s.exportPolicyTable)
	get("/p/:policy/chart/:file", s.exportPolicyChart)
	get("/p/:policy/t/:target/chart/:file", s.exportChart)
	get("/p/:policy/t/:target/table/:file", s.exportTable)
	get("/p/:policy/batch/:batch/:file", s.exportRefusals)
	get("/p/:policy/template/:file", s.template)

	api := e.Group("/api/v1")
	api.GET("/openapi.json", s.apiDescription)
	api.GET("/policies", s.apiPolicies)
	api.GET("/policies/:policy", s.apiPolicy)
	api.GET("/policies/:policy/outlook", s.apiOutlook)
	api.GET("/policies/:policy/changes", s.apiChanges)
	api.GET("/policies/:policy/alerts", s.apiAlerts)
	api.GET("/policies/:policy/charts/:chart", s.apiPolicyChart)
	api.GET("/policies/:policy/targets/:target", s.apiTarget)
	api.GET("/policies/:policy/targets/:target/rows", s.apiRows)
	api.GET("/policies/:policy/targets/:target/history", s.apiHistory)
	api.GET("/policies/:policy/targets/:target/charts/:chart", s.apiChart)
	api.GET("/policies/:policy/model", s.apiModels)
	api.GET("/policies/:policy/targets/:target/model", s.apiModel)
	api.GET("/policies/:policy/targets/:target/plan", s.apiPlan)
	api.PUT("/policies/:policy/targets/:target/plan", s.apiSavePlan)
	api.GET("/policies/:policy/targets/:target/notes", s.apiNotes)
	api.POST("/policies/:policy/targets/:target/notes", s.apiNote)
	api.POST("/policies/:policy/targets/:target/notes/:note/withdraw", s.apiNote)
	api.GET("/policies/:policy/departments/:dept/review", s.apiReview)
	api.PUT("/policies/:policy/departments/:dept/review", s.apiSaveReview)
	api.GET("/levers", s.apiLevers)
	api.GET("/policies/:policy/scenario", s.apiScenario)
	api.POST("/policies/:policy/scenario/seek", s.apiSeek)
	api.POST("/policies/:policy/scenario/why", s.apiWhy)
	api.POST("/policies/:policy/scenario/spend", s.apiSpend)
	api.GET("/policies/:policy/scenarios", s.apiScenarios)
	api.POST("/policies/:policy/scenarios", s.apiKeep)
	api.POST("/policies/:policy/scenarios/import", s.apiImport)
	api.GET("/policies/:policy/scenarios/compare", s.apiSideBySide)
	api.GET("/policies/:policy/scenarios/:scenario", s.apiKept)
	api.PUT("/policies/:policy/scenarios/:scenario", s.apiRekeep)
	api.DELETE("/policies/:policy/scenarios/:scenario", s.apiForget)
	api.POST("/policies/:policy/scenarios/:scenario/lock", s.apiLock(true))
	api.POST("/policies/:policy/scenarios/:scenario/unlock", s.apiLock(false))
	api.POST("/policies/:policy/scenarios/:scenario/duplicate", s.apiDuplicate)
	api.GET("/policies/:policy/reports", s.apiReports)
	api.POST("/policies/:policy/reports", s.apiMakeReport)
	api.GET("/policies/:policy/reports/jobs/:job", s.apiReportJob)
	api.GET("/policies/:policy/health", s.apiHealth)
	api.GET("/policies/:policy/batches", s.apiBatches)
	api.POST("/policies/:policy/batches", s.apiUpload)
	api.GET("/policies/:policy/batches/:batch/refusals", s.apiRefusals)
	api.POST("/policies/:policy/batches/:batch/undo", s.apiUndo)
	api.POST("/policies/:policy/checks", s.apiCheck)
	return e
}

// health says that the process lives.
func (s *Server) health(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// ready says whether requests are answered: not while the service ends, and not
// without its database.
func (s *Server) ready(c *gin.Context) {
	if s.draining.Load() {
		c.JSON(http.StatusServiceUnavailable, gin.H{"ready": false, "reason": "stopping"})
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), 5*time.Second)
	defer cancel()
	if err := s.cfg.Store.Ready(ctx); err != nil {
		s.cfg.Log.ErrorContext(c.Request.Context(), "ready", "error", err)
		c.JSON(http.StatusServiceUnavailable, gin.H{"ready": false, "reason": "database"})
		return
	}
	c.JSON(http.StatusOK, gin.H{"ready": true})
}

// Drain makes the service say that it ends; what is under way goes on.
func (s *Server) Drain() { s.draining.Store(true) }
